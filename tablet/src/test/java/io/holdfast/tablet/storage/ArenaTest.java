package io.holdfast.tablet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArenaTest {
  private record Piece(int at, byte[] content) {}

  private final Arena arena = new Arena();
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

  @Test
  void heldPiecesStayUntilTheyAreReleased() {
    int before = arena.hold();
    List<Piece> freed = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Piece piece = take(64);
      arena.free(piece.at(), 64);
      freed.add(piece);
    }
    freed.forEach(this::check);
    assertThat(arena.usedBytes()).isEqualTo(64_000);
    int hold = arena.hold();
    arena.release(before);
    check(take(64));
    freed.forEach(this::check);
    arena.release(hold);
    for (int i = 0; i < 300; i++) {
      arena.free(arena.take(64), 64);
    }
    assertThat(arena.usedBytes()).isEqualTo(64);
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
