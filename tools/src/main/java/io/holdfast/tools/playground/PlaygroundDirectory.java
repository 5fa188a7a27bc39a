package io.holdfast.tools.playground;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where a playground is: under {@code HOLDFAST_PLAYGROUND_DIR}, or else {@code
 * ~/.holdfast/playground}, by its tag.
 *
 * @param path of this playground
 * @param kept whether it outlives the playground's end: whoever names it wants to see it again
 */
record PlaygroundDirectory(Path path, boolean kept) {
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");
  private static final String UNNAMED = "default";
  private static final String PORT = "port";

  /**
   * @param tag null for the one without a name
   * @throws IllegalArgumentException for a tag that is no name of a directory
   */
  static PlaygroundDirectory of(String tag) {
    if (tag != null && !TAG.matcher(tag).matches()) {
      throw new IllegalArgumentException(
          "--tag must have letters, digits, dots, dashes and underscores, 32 at most, and begin"
              + " with a letter or digit");
    }
    String base = System.getenv("HOLDFAST_PLAYGROUND_DIR");
    Path parent =
        base == null || base.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".holdfast", "playground")
            : Path.of(base);
    return new PlaygroundDirectory(
        parent.resolve(tag == null ? UNNAMED : tag).toAbsolutePath(), tag != null);
  }

  /** The socket by which the running playground takes commands. */
  Path control() {
    return path.resolve("control");
  }

  /**
   * The first port of the cluster whose data is here: its servers know each other by their ports.
   *
   * @return 0 when nothing is here yet
   */
  int port() throws IOException {
    Path file = path.resolve(PORT);
    return kept && Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
  }

  void rememberPort(int port) throws IOException {
    Files.writeString(path.resolve(PORT), port + "\n");
  }

  /** Removes it unless it is kept. */
  void leave() throws IOException {
    Files.deleteIfExists(control());
    if (!kept) {
      DurableFiles.deleteTree(path);
    }
  }
}
