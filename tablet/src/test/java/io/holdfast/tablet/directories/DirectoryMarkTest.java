package io.holdfast.tablet.directories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that says which data directory of which tablet this is. */
class DirectoryMarkTest {
  private static final UUID TABLET = UUID.fromString("01234567-89ab-cdef-fedc-ba9876543210");
  private static final UUID FIRST = UUID.fromString("00000000-0000-0000-0000-00000000000a");
  private static final UUID SECOND = UUID.fromString("00000000-0000-0000-0000-00000000000b");

  private static final DirectoryMark MARK =
      new DirectoryMark(TABLET, FIRST, 2, Map.of(FIRST, "/d1/db", SECOND, "/disk two/db"));

  @TempDir Path root;

  @Test
  void aMarkIsReadAsItWasWritten() throws IOException {
    assertThat(DirectoryMark.load(root)).isEmpty();
    MARK.store(root);
    assertThat(DirectoryMark.load(root)).contains(MARK);
    assertThat(MARK.alone())
        .isEqualTo(new DirectoryMark(TABLET, FIRST, 1, Map.of(FIRST, "/d1/db")));
  }

  /** The example in docs/formats/directories.md is what the code writes, byte for byte. */
  @Test
  void writesTheDocumentedMark() throws IOException {
    Path page = Path.of(System.getProperty("docs.dir"), "formats", "directories.md");
    assertThat(Files.readString(page)).contains("```\n" + MARK.encode() + "```\n");
  }

  @Test
  void noDamageGoesUnnoticed() throws IOException {
    MARK.store(root);
    Path file = root.resolve(DirectoryMark.FILE);
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      Files.write(file, bad);
      assertThatThrownBy(() -> DirectoryMark.load(root))
          .as("byte %s", i)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file + " is damaged");
      Files.write(file, java.util.Arrays.copyOf(good, i));
      assertThatThrownBy(() -> DirectoryMark.load(root)).isInstanceOf(IOException.class);
    }
    Files.write(file, new byte[2 << 20]);
    assertThatThrownBy(() -> DirectoryMark.load(root)).hasMessageContaining("too long");
  }
}
