package io.holdfast.tablet.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of {@code docs/formats/journal.md}. */
class JournalFormatTest {
  private static final UUID JOURNAL = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
  private static final SegmentFormat.Identity LOG =
      new SegmentFormat.Identity(LogFixture.UID, LogFixture.TID, LogFixture.PID);

  private static final String BLOCK =
      "48464a4f55524e4c000000822fb0e00600000001000000000011223344556677"
          + "8899aabbccddeeff000000000000000200000000000000010000000200000000"
          + "020000000000000000000000000000000f010123456789abcdeffedcba987654"
          + "32100000000700000003000000000000002a0000000000000040000000040102"
          + "0304";

  @TempDir private Path directory;

  private static ByteBuffer example() {
    ByteBuffer block = ByteBuffer.allocate(4096).position(JournalFormat.BLOCK_HEAD_BYTES);
    JournalFormat.putVoid(block, new UUID(0, 15));
    JournalFormat.putWriteHead(block, LOG, 42, 64, 4);
    block.put(new byte[] {1, 2, 3, 4});
    JournalFormat.putHead(block, JOURNAL, 2, 1, 2);
    return block;
  }

  @Test
  void blockIsAsDocumented() {
    ByteBuffer block = example();
    byte[] bytes = new byte[block.position()];
    block.get(0, bytes);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(BLOCK);
  }

  @Test
  void headIsAsDocumented() throws Exception {
    assertThat(HexFormat.of().formatHex(JournalHead.encode(JOURNAL).array()))
        .isEqualTo("48464a52484541440000000100112233445566778899aabbccddeeffd456dcd1");
    JournalHead.store(directory, JOURNAL);
    assertThat(JournalHead.load(directory)).contains(JOURNAL);
    byte[] stored = Files.readAllBytes(JournalHead.file(directory));
    stored[13] ^= 1;
    Files.write(JournalHead.file(directory), stored);
    assertThat(JournalHead.load(directory)).isEmpty();
  }

  /** Blocks are found wherever they stand; one that is missing between others is damage. */
  @Test
  void aMissingBlockIsDamage() throws Exception {
    Path file = directory.resolve("00000001.blocks");
    ByteBuffer three = ByteBuffer.allocate(4 * 4096);
    for (int i = 0; i < 3; i++) {
      ByteBuffer block = example();
      JournalFormat.putHead(block, JOURNAL, i + 1, 1, 2);
      three.put((i + 1) * 4096, block.array(), 0, 4096);
    }
    Files.write(file, three.array());
    JournalReader.Found whole = JournalReader.find(List.of(file), JOURNAL);
    assertThat(whole.damage()).isEmpty();
    assertThat(whole.blocks()).extracting(block -> block.head().seq()).containsExactly(1L, 2L, 3L);

    List<String> read = new ArrayList<>();
    JournalReader.read(
        whole.blocks().subList(0, 1),
        JOURNAL,
        new JournalReader.Entries() {
          @Override
          public void write(
              SegmentFormat.Identity log, long segment, long position, ByteBuffer bytes) {
            read.add(log + " " + segment + " " + position + " " + bytes.getInt());
          }

          @Override
          public void isVoid(UUID uid) {
            read.add("void " + uid.getLeastSignificantBits());
          }
        });
    assertThat(read).containsExactly("void 15", LOG + " 42 64 16909060");

    three.put(2 * 4096 + 125, (byte) 9);
    Files.write(file, three.array());
    JournalReader.Found broken = JournalReader.find(List.of(file), JOURNAL);
    assertThat(broken.damage()).contains("blocks 2 to 2 of the journal are missing");
    assertThat(broken.blocks()).extracting(block -> block.head().seq()).containsExactly(3L);

    // The last one may be a write that nobody was told of.
    three.put(3 * 4096 + 125, (byte) 9);
    Files.write(file, three.array());
    assertThat(JournalReader.find(List.of(file), JOURNAL).damage()).isEmpty();
    assertThat(JournalReader.find(List.of(file), new UUID(1, 1)).blocks()).isEmpty();
  }
}
