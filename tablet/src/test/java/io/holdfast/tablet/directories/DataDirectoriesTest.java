package io.holdfast.tablet.directories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Taking data directories on real files. */
class DataDirectoriesTest {
  @TempDir Path parent;

  private DirectoryLists lists(String... names) {
    String db =
        Arrays.stream(names)
            .map(name -> parent.resolve(name).toString())
            .collect(Collectors.joining(","));
    return DirectoryLists.parse(db, "", "");
  }

  private DataDirectories open(String... names) throws IOException {
    return DataDirectories.open(lists(names), "c1");
  }

  private void replica(String name) throws IOException {
    Files.createDirectories(parent.resolve(name));
  }

  /** Every file with its bytes. */
  private Map<String, String> everything() throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(parent)) {
      for (Path path : paths.toList()) {
        all.put(
            path.toString(),
            Files.isRegularFile(path) ? Arrays.toString(Files.readAllBytes(path)) : "");
      }
    }
    return all;
  }

  /** The start is refused, and not a byte is different. */
  private void assertRefused(String words, String... names) throws IOException {
    Map<String, String> before = everything();
    assertThatThrownBy(() -> open(names))
        .isInstanceOf(DirectoryException.class)
        .hasMessageContaining(words)
        .hasMessageContaining("Nothing was changed");
    assertThat(everything()).isEqualTo(before);
  }

  /** What a tablet with one directory has on its disk is what it always was. */
  @Test
  void theOnlyOneLooksAsEver() throws IOException {
    open("a").close();
    try (Stream<Path> files = Files.list(parent.resolve("a"))) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("LOCK", "cluster-id");
    }
  }

  @Test
  void severalAreTakenTogetherAndLetGoTogether() throws IOException {
    try (DataDirectories taken = open("a", "b")) {
      assertThat(taken.places())
          .extracting(place -> place.directory().root())
          .containsExactly(parent.resolve("a"), parent.resolve("b"));
      assertThatThrownBy(() -> open("a", "b", "c")).hasMessageContaining("in use");
      assertThat(parent.resolve("c")).doesNotExist();
    }
    open("b", "a", "c").close();
    assertThat(DirectoryMark.load(parent.resolve("c")).orElseThrow().paths()).hasSize(3);
    assertThat(DataDirectories.clusterId(lists("x", "b"))).contains("c1");
    assertThat(DataDirectories.clusterId(lists("x"))).isEmpty();
  }

  @Test
  void oneDirectoryUnderTwoNamesIsRefused() throws IOException {
    open("a", "b").close();
    Files.createSymbolicLink(parent.resolve("link"), parent.resolve("b"));
    Files.createSymbolicLink(parent.resolve("up"), parent);
    assertRefused(parent.resolve("b") + " and " + parent.resolve("link"), "a", "b", "link");
    assertRefused("are the same directory", "a", "b", "x/../b");
    assertRefused("are the same directory", "a", "b", "up/b");
    assertRefused("are the same directory", "a", "b", "new", "up/new");
    assertRefused("one is inside the other", "a", "b", "a/inside");
    assertRefused("one is inside the other", "up", "a", "b");
    Files.write(parent.resolve("file"), new byte[1]);
    assertRefused("is a file", "a", "b", "file");
    String b = parent.resolve("b").toString();
    assertThatThrownBy(() -> DataDirectories.open(DirectoryLists.parse(parent + "/a", b, b), "c1"))
        .hasMessageContaining("List it once");
  }

  @Test
  void aMissingOneIsRefused() throws IOException {
    open("a", "b").close();
    Files.move(parent.resolve("b"), parent.resolve("elsewhere"));
    assertRefused("is empty or missing", "a", "b");
    replica("b");
    assertRefused("is empty or missing", "a", "b");
    Files.delete(parent.resolve("b"));
    Files.move(parent.resolve("elsewhere"), parent.resolve("b"));
    open("a", "b").close();
  }

  @Test
  void aReplicaInTwoDirectoriesIsRefused() throws IOException {
    open("a", "b").close();
    replica("a/7_1");
    replica("b/7_1");
    assertRefused("7_1 is in two data directories: " + parent.resolve("a"), "a", "b");
  }

  @Test
  void oneOfAnotherClusterIsRefused() throws IOException {
    replica("z");
    Files.write(parent.resolve("z/cluster-id"), "c2\n".getBytes(StandardCharsets.UTF_8));
    assertRefused("belongs to cluster c2", "a", "z");
    open("a").close();
    assertThatThrownBy(() -> DataDirectories.clusterId(lists("a", "z")))
        .hasMessageContaining(parent.resolve("a") + " and " + parent.resolve("z"));
  }

  /** Whatever of the marks a crash leaves, the next start takes the directories. */
  @Test
  void aMarkThatWasNotWrittenIsWritten() throws IOException {
    open("a", "b").close();
    Path mark = parent.resolve("c").resolve(DirectoryMark.FILE);
    open("a", "b", "c").close();
    DirectoryMark.load(parent.resolve("c")).orElseThrow().alone().store(parent.resolve("c"));
    open("c", "b", "a").close();
    List<String> lines = Files.readAllLines(mark);
    assertThat(lines).filteredOn(line -> line.startsWith("directory ")).hasSize(3);
  }

  /** A tablet of one directory gets a second one, and ends when only that one has a mark. */
  @Test
  void aStartThatEndedWhileASecondOneJoinedIsDoneAgain() throws IOException {
    open("old").close();
    replica("old/7_1");
    // The mark of the old one cannot be written; the start fails as on a disk that is full.
    Path obstacle = Files.createDirectory(parent.resolve("old/directories.tmp"));
    assertThatThrownBy(() -> open("new", "old")).isInstanceOf(IOException.class);
    assertThat(parent.resolve("new/directories")).doesNotExist();
    Files.delete(obstacle);
    open("new", "old").close();
    DirectoryMark mark = DirectoryMark.load(parent.resolve("new")).orElseThrow();
    assertThat(DirectoryMark.load(parent.resolve("old")).orElseThrow().paths())
        .hasSize(2)
        .isEqualTo(mark.paths());

    // What versions before this one left of such a start.
    Files.delete(parent.resolve("old/directories"));
    mark.alone().store(parent.resolve("new"));
    open("old", "new").close();
    assertThat(DirectoryMark.load(parent.resolve("old")).orElseThrow().paths())
        .hasSize(2)
        .containsKey(mark.self());
  }

  /** A directory is not dead because its mark is. */
  @Test
  void oneThatIsLeftOutAndHasNoMarkToReadIsRefused() throws IOException {
    open("a", "b").close();
    replica("b/7_1");
    Path mark = parent.resolve("b/directories");
    Files.write(mark, new byte[9]);
    assertRefused("is there and holds 1 replicas", "a");
    assertThatThrownBy(() -> open("a", "b")).hasMessageContaining("is damaged");
    Files.delete(mark);
    assertRefused("is damaged or missing", "a");
    Files.createDirectory(mark);
    assertRefused("is damaged or missing", "a");
    Files.delete(parent.resolve("b/7_1"));
    open("a").close();
    assertThat(DirectoryMark.load(parent.resolve("a")).orElseThrow().paths()).hasSize(1);
  }
}
