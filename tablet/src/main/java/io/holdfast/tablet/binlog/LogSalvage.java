package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sets aside what of a log is damaged, and all that follows it, so that the intact beginning can be
 * used on. It is kept in {@code damaged/<number>/}, as it was found, until the replica is known to
 * have everything again: nobody else may have it.
 */
final class LogSalvage {
  private static final String DIRECTORY = "damaged";

  private final Path log;

  LogSalvage(Path logDirectory) {
    this.log = logDirectory;
  }

  /**
   * Copies one file and moves others. A crash in between leaves a log that is shorter at its end
   * and never one with a hole.
   *
   * @param partlyIntact its beginning stays in use; null when no such file is there
   * @param rest later files, in the order of the log
   */
  void setAside(Path partlyIntact, List<Path> rest, String reason) throws IOException {
    Path aside = nextDirectory();
    DurableFiles.createDirectories(aside);
    DurableFiles.replaceAtomically(
        aside.resolve("reason"), (reason + "\n").getBytes(StandardCharsets.UTF_8));
    if (partlyIntact != null) {
      Path copy = Files.copy(partlyIntact, aside.resolve(partlyIntact.getFileName()));
      try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      DurableFiles.syncDirectory(aside);
    }
    for (int i = rest.size() - 1; i >= 0; i--) {
      Path file = rest.get(i);
      DurableFiles.moveAtomically(file, aside.resolve(file.getFileName()));
      DurableFiles.syncDirectory(log);
    }
  }

  private Path nextDirectory() throws IOException {
    Path all = log.resolve(DIRECTORY);
    DurableFiles.createDirectories(all);
    int number = 1;
    while (Files.exists(all.resolve(Integer.toString(number)))) {
      number++;
    }
    return all.resolve(Integer.toString(number));
  }

  /** Removes everything that was ever set aside. */
  void discard() throws IOException {
    Path all = log.resolve(DIRECTORY);
    if (!Files.exists(all)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(all)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
    DurableFiles.syncDirectory(log);
  }
}
