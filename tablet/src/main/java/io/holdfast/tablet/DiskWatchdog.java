package io.holdfast.tablet;

import io.holdfast.tablet.partition.DataVolume;
import io.holdfast.tablet.partition.TabletDisk;
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
    try {
      while (disk.oldestPendingNanos() < limitNanos) {
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      return;
    }
    for (DataVolume volume : disk.volumes()) {
      LOG.error(
          "the disk under {} has owed an answer for {} ms; at {} ms it is given up",
          volume.name(),
          volume.oldestPendingNanos() / 1_000_000,
          limitNanos / 1_000_000);
    }
    // Not exit: its hooks would wait for the disk.
    Runtime.getRuntime().halt(EXIT_CODE);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
