package io.holdfast.tablet.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** The database of a disk engine does not do what it should: the replica must stop. */
public final class DiskFailure extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  private final boolean isDamage;

  DiskFailure(String what, RocksDBException cause) {
    super("the disk engine " + what + ": " + cause.getMessage(), new IOException(cause));
    this.isDamage =
        cause.getStatus() != null && cause.getStatus().getCode() == Status.Code.Corruption;
  }

  DiskFailure(String damage) {
    super("the disk engine is damaged: " + damage, new IOException(damage));
    this.isDamage = true;
  }

  /** Whether what is on the disk is wrong, and not only a moment. */
  public boolean isDamage() {
    return isDamage;
  }
}
