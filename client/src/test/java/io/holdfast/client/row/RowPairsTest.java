package io.holdfast.client.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RowPairsTest {
  /** Shows that the rows of a traverse are read with their keys. */
  @Test
  void readsKeysTimesAndRows() {
    ByteBuffer pairs = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    pairs.putInt(8 + 2 + 3).putInt(2).putLong(7).put(bytes("k1")).put(bytes("abc"));
    pairs.putInt(8 + 2).putInt(2).putLong(6).put(bytes("k2"));
    pairs.flip();
    assertThat(RowPairs.readTraverse(pairs))
        .extracting(RowPairs.Entry::key, RowPairs.Entry::ts, e -> e.row().length)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("k1", 7L, 3),
            org.assertj.core.groups.Tuple.tuple("k2", 6L, 0));
  }

  /** Shows that an answer cut short anywhere is refused and never read past its end. */
  @Test
  void refusesBytesCutShort() {
    ByteBuffer whole = ByteBuffer.allocate(15).order(ByteOrder.LITTLE_ENDIAN);
    whole.putInt(11).putLong(7).put(bytes("abc")).flip();
    assertThat(RowPairs.readScan(whole)).hasSize(1);
    for (int size = 1; size < 15; size++) {
      ByteBuffer cut = whole.duplicate().limit(size);
      assertThatIllegalArgumentException().isThrownBy(() -> RowPairs.readScan(cut));
      assertThatIllegalArgumentException().isThrownBy(() -> RowPairs.readTraverse(cut));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
