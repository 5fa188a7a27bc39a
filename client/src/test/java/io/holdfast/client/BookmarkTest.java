package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BookmarkTest {
  /** Answers come in any order; what was seen once stays seen. */
  @Test
  void aVersionNeverFalls() {
    Bookmark bookmark = new Bookmark();
    assertThat(bookmark.version(7, 0)).isZero();
    bookmark.seen(7, 0, 12);
    bookmark.seen(7, 0, 5);
    bookmark.seen(7, 1, 3);
    bookmark.seen(7, 2, 0);
    assertThat(bookmark.version(7, 0)).isEqualTo(12);
    assertThat(bookmark.version(7, 1)).isEqualTo(3);
    assertThat(bookmark.export()).isEqualTo("7/0=12,7/1=3");
  }

  /** Another process takes up what this one has seen, beside what it has seen itself. */
  @Test
  void itTravelsAsText() {
    Bookmark first = Bookmark.of("7/1=3,7/0=12");
    Bookmark second = Bookmark.of("7/0=15,2147483647/0=9223372036854775807");
    second.merge(first.export());
    assertThat(second.version(7, 0)).isEqualTo(15);
    assertThat(second.version(7, 1)).isEqualTo(3);
    assertThat(second.version(Integer.MAX_VALUE, 0)).isEqualTo(Long.MAX_VALUE);
    assertThat(Bookmark.of(new Bookmark().export()).export()).isEmpty();
    assertThat(Bookmark.of(second.export()).export()).isEqualTo(second.export());
  }

  /** What is no bookmark is refused as a whole, with what was expected. */
  @Test
  void nonsenseIsRefused() {
    Bookmark bookmark = Bookmark.of("7/0=1");
    for (String wrong :
        new String[] {
          " ",
          ",",
          "7/0",
          "7=0",
          "7/0=",
          "7/0=-1",
          "-7/0=1",
          "7/0=0",
          "x/0=1",
          "7/0=1,",
          "=/",
          "/0=1",
          "7/0=99999999999999999999",
          "7/0=1;7/1=2",
          "a".repeat(100_000)
        }) {
      assertThatThrownBy(() -> bookmark.merge("8/0=5," + wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("TID/PID=VERSION")
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    }
    assertThat(bookmark.export()).isEqualTo("7/0=1");
  }

  /** It does not grow without bound: what was not touched for longest is forgotten first. */
  @Test
  void itIsBounded() {
    Bookmark bookmark = new Bookmark();
    for (int pid = 0; pid < Bookmark.MAX_PARTITIONS; pid++) {
      bookmark.seen(1, pid, 9);
    }
    assertThat(bookmark.version(1, 0)).isEqualTo(9);
    bookmark.seen(2, 0, 9);
    assertThat(bookmark.version(1, 0)).isEqualTo(9);
    assertThat(bookmark.version(1, 1)).isZero();
    assertThat(Bookmark.of(bookmark.export()).version(2, 0)).isEqualTo(9);
  }
}
