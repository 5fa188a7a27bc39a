package io.holdfast.common.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
  @TempDir private Path root;

  /** A file gets new content over and over, also when an earlier try left its temporary behind. */
  @Test
  void replaces() throws IOException {
    Path file = root.resolve("file");
    Files.writeString(root.resolve("file.tmp"), "left over from a crash, and longer");
    for (String text : new String[] {"one", "", "three"}) {
      DurableFiles.replaceAtomically(file, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      assertThat(file).hasContent(text);
      assertThat(root.resolve("file.tmp")).doesNotExist();
    }
  }

  /** Directories are made with all their parents; one that exists is fine. */
  @Test
  void createsDirectories() throws IOException {
    Path deep = root.resolve("a/b/c");
    DurableFiles.createDirectories(deep);
    DurableFiles.createDirectories(deep);
    assertThat(deep).isDirectory();
    Path moved = root.resolve("a/moved");
    DurableFiles.moveAtomically(deep, moved);
    assertThat(moved).isDirectory();
    assertThat(deep).doesNotExist();
  }
}
