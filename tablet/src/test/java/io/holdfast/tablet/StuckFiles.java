package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Has a tablet that starts read a replica's files for as long as wanted. */
final class StuckFiles {
  private StuckFiles() {}

  /**
   * Puts a pipe that nobody writes to in the place of a log's first file.
   *
   * @param pid the partition of {@link TestTable#TID}
   * @return the pipe, for {@link #release}
   */
  static Path get(Path dataDirectory, int pid) throws Exception {
    Path binlog = dataDirectory.resolve(TestTable.TID + "_" + pid).resolve("binlog");
    Path segment;
    try (Stream<Path> files = Files.list(binlog)) {
      segment = files.filter(f -> f.toString().endsWith(".seg")).sorted().findFirst().orElseThrow();
    }
    Files.delete(segment);
    assertThat(new ProcessBuilder("mkfifo", segment.toString()).start().waitFor()).isZero();
    return segment;
  }

  /**
   * Ends the wait, when the tablet has come to it. A pipe cannot be read as a file, so the tablet
   * leaves that copy as it is.
   */
  static void release(Path pipe) throws IOException {
    try (OutputStream end = Files.newOutputStream(pipe)) {
      end.flush();
    }
  }
}
