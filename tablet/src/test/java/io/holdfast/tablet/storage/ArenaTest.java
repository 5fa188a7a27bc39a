package io.holdfast.tablet.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArenaTest {
  private record Piece(int at, byte[] content) {}

  private static final int CHUNK = 1 << 20;

  private final ChunkPool pool = new ChunkPool(8L * CHUNK, 10L * CHUNK);
  private final Arena arena = new Arena(ChunkPool.unlimited());
  private final Random random = new Random(7);

  private Piece take(int bytes) {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    int at = arena.take(bytes);
    arena.putBytes(at, 0, content);
    return new Piece(at, content);
  }

  private void check(Piece piece) {
    assertThat(arena.getBytes(piece.at(), 0, piece.content().length)).isEqualTo(piece.content());
  }

  private int bytes() {
    return switch (random.nextInt(20)) {
      case 0 -> 1 + random.nextInt(3_000_000);
      case 1, 2 -> 1 + random.nextInt(300_000);
      case 3, 4, 5 -> 1 + random.nextInt(5_000);
      default -> 1 + random.nextInt(300);
    };
  }

  @Test
  void piecesNeverOverlapAndAllComesBack() {
    List<Piece> pieces = new ArrayList<>();
    for (int round = 0; round < 6_000; round++) {
      if (pieces.size() < 60 || random.nextInt(100) < 51) {
        pieces.add(take(bytes()));
      } else {
        Piece piece = pieces.remove(random.nextInt(pieces.size()));
        check(piece);
        arena.free(piece.at(), piece.content().length);
      }
      if (pieces.size() > 200) {
        pieces.forEach(this::check);
        while (pieces.size() > 100) {
          Piece piece = pieces.remove(random.nextInt(pieces.size()));
          arena.free(piece.at(), piece.content().length);
        }
      }
    }
    pieces.forEach(this::check);
    pieces.forEach(piece -> arena.free(piece.at(), piece.content().length));
    assertThat(arena.usedBytes()).isZero();
    assertThat(arena.reservedBytes()).as("large pieces are given back").isLessThan(64 << 20);
  }

  @Test
  void beginsSmall() {
    assertThat(arena.reservedBytes()).isZero();
    arena.take(100);
    assertThat(arena.reservedBytes()).isEqualTo(4096);
  }

  @Test
  void whatIsFreedIsUsedAgain() {
    for (int i = 0; i < 200_000; i++) {
      Piece piece = take(100 + i % 50);
      check(piece);
      arena.free(piece.at(), piece.content().length);
    }
    assertThat(arena.reservedBytes()).isLessThan(32 << 10);
  }

  /** A piece freed after a hold stays until that hold is released, not until a later one is. */
  @Test
  void heldPiecesStayUntilTheirHoldIsReleased() {
    long first = arena.hold();
    List<Piece> freed = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Piece piece = take(64);
      arena.free(piece.at(), 64);
      freed.add(piece);
    }
    long second = arena.hold();
    Piece later = take(64);
    arena.free(later.at(), 64);
    freed.forEach(this::check);
    assertThat(arena.usedBytes()).isEqualTo(64_064);
    assertThat(arena.heldBytes()).as("with what remembers them").isBetween(64_064L, 90_000L);
    arena.release(first);
    for (int i = 0; i < 300; i++) {
      arena.free(arena.take(64), 64);
    }
    check(later);
    // Those that were taken and freed meanwhile were freed under the second hold.
    assertThat(arena.usedBytes()).isLessThan(64 * 400);
    arena.release(second);
    for (int i = 0; i < 300; i++) {
      arena.free(arena.take(64), 64);
    }
    assertThat(arena.heldBytes()).isZero();
    assertThat(arena.usedBytes()).isZero();
  }

  /**
   * However long it goes on, no more is held than was freed since what is being read was handed
   * over.
   */
  @Test
  void whatIsHeldIsBoundedByWhatIsRead() {
    long most = 0;
    Piece live = take(100);
    for (int i = 0; i < 100_000; i++) {
      long hold = arena.hold();
      Piece next = take(100);
      arena.free(live.at(), 100);
      live = next;
      arena.release(hold - 10);
      most = Math.max(most, arena.reservedBytes());
    }
    assertThat(most).isEqualTo(4096);
  }

  @Test
  void closedItGivesAllBackAndTheNextOneUsesIt() {
    Arena one = new Arena(pool);
    for (int i = 0; i < 4 * CHUNK; i += 10_000) {
      one.take(10_000);
    }
    one.take(2 * CHUNK);
    assertThat(pool.givenBytes()).isEqualTo(one.reservedBytes()).isGreaterThan(6L * CHUNK);
    one.close();
    assertThat(pool.givenBytes()).isZero();
    long kept = pool.keptBytes();
    assertThat(kept).isGreaterThanOrEqualTo(3L * CHUNK);
    Arena two = new Arena(pool);
    for (int i = 0; i < 4 * CHUNK; i += 10_000) {
      two.take(10_000);
    }
    assertThat(pool.keptBytes()).isLessThan(kept);
    assertThatThrownBy(() -> one.getInt(1, 0)).isInstanceOf(RuntimeException.class);
  }

  private static boolean room(Arena arena, int bytes) {
    IntArray sizes = new IntArray();
    sizes.add(bytes);
    return !arena.isPoolFull() || arena.hasRoomFor(sizes);
  }

  /** Full, an arena still takes what fits into what it has; beyond the last bound nothing does. */
  @Test
  void aFullPoolRefusesRowsThenEverything() {
    Arena one = new Arena(pool);
    Arena other = new Arena(pool);
    other.take(100);
    List<Integer> taken = new ArrayList<>();
    while (!pool.isFull()) {
      assertThat(room(one, 5_000)).isTrue();
      taken.add(one.take(5_000));
    }
    assertThat(room(other, 5_000)).isFalse();
    while (room(one, 5_000)) {
      taken.add(one.take(5_000));
    }
    assertThat(pool.givenBytes()).isBetween(8L * CHUNK, 9L * CHUNK);
    one.free(taken.remove(0), 5_000);
    assertThat(room(one, 5_000)).isTrue();
    assertThat(room(one, 2 * CHUNK)).isFalse();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 3 * CHUNK; i += 5_000) {
                one.take(5_000);
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("raise -XX:MaxDirectMemorySize");
  }

  @Test
  void comparesAsUnsignedBytes() {
    for (int i = 0; i < 20_000; i++) {
      byte[] one = new byte[random.nextInt(20)];
      random.nextBytes(one);
      byte[] two = Arrays.copyOf(one, Math.max(0, one.length + random.nextInt(3) - 1));
      if (two.length > 0 && random.nextBoolean()) {
        two[random.nextInt(two.length)] = (byte) random.nextInt();
      }
      int at = arena.take(Math.max(1, one.length) + 3);
      arena.putBytes(at, 3, one);
      assertThat(Integer.signum(arena.compare(at, 3, one.length, two)))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(one, two)));
    }
  }
}
