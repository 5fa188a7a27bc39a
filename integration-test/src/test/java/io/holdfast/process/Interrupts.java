package io.holdfast.process;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether processes that a test starts take SIGINT. They do not when it is ignored here, as in what
 * a script has started in the background: that is inherited, and neither a JVM nor a shell changes
 * it.
 */
public final class Interrupts {
  private static final int SIGINT_MASK = 1 << 1;

  private Interrupts() {}

  /** Skips the test where they do not. */
  public static void assumeTaken() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("SigIgn:")) {
          long ignored = Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16);
          assumeFalse(
              (ignored & SIGINT_MASK) != 0,
              "SIGINT is ignored in this process and what it starts: run the tests in the"
                  + " foreground");
        }
      }
    }
  }
}
