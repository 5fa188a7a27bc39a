package io.holdfast.tablet.replication;

/**
 * What was sent so that others may catch up, since the process started. Those of a replica are part
 * of those of its host. Payload bytes; read by the owning loop only.
 */
public final class TransferCounters {
  private final TransferCounters whole;
  private long memberBytes;
  private long learnerBytes;
  private long snapshotBytes;
  private long snapshotsMade;
  private long snapshotsInstalled;

  /**
   * @param whole counts the same; null when this is the whole
   */
  TransferCounters(TransferCounters whole) {
    this.whole = whole;
  }

  void recordsSent(long bytes, boolean toLearner) {
    if (toLearner) {
      learnerBytes += bytes;
    } else {
      memberBytes += bytes;
    }
    if (whole != null) {
      whole.recordsSent(bytes, toLearner);
    }
  }

  void snapshotSent(long bytes) {
    snapshotBytes += bytes;
    if (whole != null) {
      whole.snapshotSent(bytes);
    }
  }

  void made() {
    snapshotsMade++;
    if (whole != null) {
      whole.made();
    }
  }

  void installed() {
    snapshotsInstalled++;
    if (whole != null) {
      whole.installed();
    }
  }

  /** Of records that went to members of in-sync sets. */
  public long memberBytes() {
    return memberBytes;
  }

  /** Of records that went to learners. */
  public long learnerBytes() {
    return learnerBytes;
  }

  /** Of snapshots that went to anybody. */
  public long snapshotBytes() {
    return snapshotBytes;
  }

  /** Snapshots that were made here. */
  public long snapshotsMade() {
    return snapshotsMade;
  }

  /** Snapshots of others that became the state here. */
  public long snapshotsInstalled() {
    return snapshotsInstalled;
  }
}
