package io.holdfast.tools.files;

import io.holdfast.tablet.snapshot.SnapshotReader;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Tells a person who waits how far the reading of a large file is. For one thread. */
final class SlowPace implements SnapshotReader.Pace {
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final PrintWriter err;
  private final String name;
  private final long bytes;
  private long saidAt = System.nanoTime();

  SlowPace(PrintWriter err, String name, long bytes) {
    this.err = err;
    this.name = name;
    this.bytes = bytes;
  }

  @Override
  public void reached(long position) {
    long now = System.nanoTime();
    if (now - saidAt >= EVERY_NANOS && bytes > 0) {
      saidAt = now;
      err.printf(Locale.ROOT, "%s: %d%%%n", name, 100 * position / bytes);
      err.flush();
    }
  }
}
