package io.holdfast.tablet;

import io.holdfast.tablet.partition.TabletDisk;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when a disk has owed an answer for too long. A thread that hangs in the kernel
 * cannot be stopped, and as long as the process lives its connections look alive to the others.
 */
final class DiskWatchdog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskWatchdog.class);

  private static final long LOOK_MILLIS = 500;
  private static final int EXIT_CODE = 3;

  private final TabletDisk disk;
  private final long limitNanos;
  private final Thread thread = new Thread(this::run, "disk-watchdog");

  DiskWatchdog(TabletDisk disk, long limitMillis) {
    this.disk = disk;
    this.limitNanos = limitMillis * 1_000_000;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    List<String> overdue = overdue(pendingNanos(), limitNanos);
    try {
      while (overdue.isEmpty()) {
        Thread.sleep(LOOK_MILLIS);
        overdue = overdue(pendingNanos(), limitNanos);
      }
    } catch (InterruptedException e) {
      return;
    }
    overdue.forEach(LOG::error);
    // Not exit: its hooks would wait for the disk.
    Runtime.getRuntime().halt(EXIT_CODE);
  }

  private Map<String, Long> pendingNanos() {
    Map<String, Long> nanos = new TreeMap<>();
    disk.volumes().forEach(volume -> nanos.put(volume.name(), volume.oldestPendingNanos()));
    return nanos;
  }

  /** What is to be said of the disks that are given up, and of no others. */
  static List<String> overdue(Map<String, Long> pendingNanos, long limitNanos) {
    return pendingNanos.entrySet().stream()
        .filter(pending -> pending.getValue() >= limitNanos)
        .map(
            pending ->
                "the disk under "
                    + pending.getKey()
                    + " has owed an answer for "
                    + pending.getValue() / 1_000_000
                    + " ms; at "
                    + limitNanos / 1_000_000
                    + " ms it is given up")
        .toList();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
