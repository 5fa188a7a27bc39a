package io.holdfast.tablet.directories;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.openmldb.common.StorageMode;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the settings say of data directories. */
class DirectoryListsTest {
  @Test
  void listsHaveNoEntriesWithoutAName() {
    assertThat(DirectoryLists.isList("./db")).isTrue();
    assertThat(DirectoryLists.isList("/a, /b b")).isTrue();
    assertThat(DirectoryLists.isList("")).isFalse();
    assertThat(DirectoryLists.isList("/a,,/b")).isFalse();
    assertThat(DirectoryLists.isList("/a,")).isFalse();
    assertThat(DirectoryLists.isList("/a,/b\n")).isTrue();
    assertThat(DirectoryLists.isList("/a\nb")).isFalse();
    assertThat(DirectoryLists.isList("/a,".repeat(DirectoryLists.MOST) + "/b")).isFalse();
    assertThat(DirectoryLists.isListOrEmpty("")).isTrue();
    assertThat(DirectoryLists.parse("/a, /b b", "", "").db()).containsExactly("/a", "/b b");
  }

  @Test
  void withoutListsOfTheirOwnAllTablesGoToTheFirst() {
    DirectoryLists lists = DirectoryLists.parse("/a,/b", "", "");
    assertThat(lists.all()).containsExactly("/a", "/b");
    assertThat(lists.modes(0)).isEqualTo(EnumSet.allOf(StorageMode.class));
    assertThat(lists.modes(1)).isEqualTo(EnumSet.allOf(StorageMode.class));
  }

  @Test
  void eachStorageModeGoesToItsOwnList() {
    DirectoryLists lists = DirectoryLists.parse("/a", "/s1,/s2", "/h");
    assertThat(lists.all()).containsExactly("/a", "/s1", "/s2", "/h");
    assertThat(lists.modes(0))
        .isEqualTo(EnumSet.complementOf(EnumSet.of(StorageMode.kSSD, StorageMode.kHDD)));
    assertThat(lists.modes(1)).isEqualTo(Set.of(StorageMode.kSSD));
    assertThat(lists.modes(2)).isEqualTo(Set.of(StorageMode.kSSD));
    assertThat(lists.modes(3)).isEqualTo(Set.of(StorageMode.kHDD));
    assertThat(DirectoryLists.parse("/a", "", "/h").modes(0))
        .contains(StorageMode.kSSD, StorageMode.kMemory)
        .doesNotContain(StorageMode.kHDD);
  }
}
