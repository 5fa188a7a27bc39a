package io.holdfast.shell.interactive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
  /** Shows that the history is its owner's alone, also when an older file was open to others. */
  @Test
  void onlyTheOwnerReadsIt(@TempDir Path home) throws Exception {
    Path file = HistoryFile.prepare(Map.of("HOME", home.toString())).orElseThrow();
    assertThat(file).isEqualTo(home.resolve(".local/state/holdfast/history"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    HistoryFile.prepare(Map.of("HOME", home.toString()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(HistoryFile.prepare(Map.of())).isEmpty();
  }
}
