package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.LogRecord;
import io.holdfast.tablet.binlog.BinlogSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How long a replica takes from its files to its rows, with a snapshot and without: run it with
 * {@code DIRECTORY ROWS}. The files are in the page cache, so it is the work that is measured.
 */
public final class OpeningBench {
  private static final int BATCH = 1000;

  /** As in a tablet. */
  private static final BinlogSettings SETTINGS = new BinlogSettings(64 << 20, 4 << 20, 4);

  private OpeningBench() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    int rows = Integer.parseInt(args[1]);
    try (StoreLife life = new StoreLife(directory, SETTINGS)) {
      for (long next = 1; next <= rows; next += BATCH) {
        List<LogRecord> batch = new ArrayList<>();
        for (long offset = next; offset < next + BATCH; offset++) {
          batch.add(StoreLife.record(life.store, 1, offset, "key-" + offset));
        }
        life.append(batch);
        batch.forEach(life.store::apply);
      }
    }
    for (int round = 0; round < 2; round++) {
      open(directory, "log only");
    }
    try (StoreLife life = new StoreLife(directory, SETTINGS)) {
      life.replay();
      life.make(1, "");
      life.snapshots.trimLog(rows);
      life.until(() -> life.snapshots.firstLogOffset() > 1);
    }
    for (int round = 0; round < 2; round++) {
      open(directory, "snapshot");
    }
  }

  private static void open(Path directory, String what) throws Exception {
    long began = System.nanoTime();
    try (StoreLife life = new StoreLife(directory, SETTINGS)) {
      long opened = System.nanoTime();
      life.replay();
      long replayed = System.nanoTime();
      System.out.printf(
          Locale.ROOT,
          "%s: opened in %d ms, log behind it applied in %d ms; %d rows%n",
          what,
          (opened - began) / 1_000_000,
          (replayed - opened) / 1_000_000,
          life.store.rows());
    }
  }
}
