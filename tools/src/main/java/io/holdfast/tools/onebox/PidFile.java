package io.holdfast.tools.onebox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Remembers a process beyond the life of the one that started it. The number alone would not do:
 * the system gives it to somebody else later, so the time of the start is kept beside it.
 */
final class PidFile {
  /** The system derives start times from its boot time, which moves when the clock is set. */
  private static final Duration TOLERANCE = Duration.ofMillis(1500);

  private static final Duration DEATH_TIMEOUT = Duration.ofSeconds(10);

  private PidFile() {}

  static void write(Path file, ProcessHandle process) throws IOException {
    long startMillis = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    Files.write(file, List.of(Long.toString(process.pid()), Long.toString(startMillis)));
  }

  /** The process that the file remembers, if it still runs. */
  static Optional<ProcessHandle> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file);
    try {
      long pid = Long.parseLong(lines.get(0));
      Instant start = Instant.ofEpochMilli(Long.parseLong(lines.get(1)));
      return ProcessHandle.of(pid).filter(process -> startedAt(process, start));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      // Written half by a run that was killed: it remembers nobody we could be sure of.
      return Optional.empty();
    }
  }

  /**
   * Kills what an earlier run left behind and removes the file.
   *
   * @return whether there was something to kill
   */
  static boolean killLeftover(Path file) throws IOException {
    Optional<ProcessHandle> leftover = read(file);
    if (leftover.isPresent()) {
      kill(leftover.get());
    }
    Files.deleteIfExists(file);
    return leftover.isPresent();
  }

  private static void kill(ProcessHandle process) throws IOException {
    process.destroyForcibly();
    try {
      process.onExit().get(DEATH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for process " + process.pid() + " to die");
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("process " + process.pid() + " of an earlier run does not die", e);
    }
  }

  private static boolean startedAt(ProcessHandle process, Instant start) {
    return process
        .info()
        .startInstant()
        .map(actual -> Duration.between(start, actual).abs().compareTo(TOLERANCE) <= 0)
        .orElse(false);
  }
}
