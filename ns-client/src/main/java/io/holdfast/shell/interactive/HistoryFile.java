package io.holdfast.shell.interactive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The file that keeps typed lines; its owner alone may read it. */
final class HistoryFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private HistoryFile() {}

  /** The file, made if it was missing; empty when there is no place for it. */
  static Optional<Path> prepare(Map<String, String> variables) {
    Path file = path(variables);
    if (file == null) {
      return Optional.empty();
    }
    try {
      Files.createDirectories(file.getParent());
      if (!Files.exists(file)) {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      }
      Files.setPosixFilePermissions(file, OWNER_ONLY);
      return Optional.of(file);
    } catch (IOException | UnsupportedOperationException e) {
      // A read-only home must not keep anybody from the cluster.
      return Optional.empty();
    }
  }

  private static Path path(Map<String, String> variables) {
    String state = variables.getOrDefault("XDG_STATE_HOME", "");
    if (!state.isEmpty()) {
      return Path.of(state, "holdfast", "history");
    }
    String home = variables.getOrDefault("HOME", "");
    return home.isEmpty() ? null : Path.of(home, ".local", "state", "holdfast", "history");
  }
}
