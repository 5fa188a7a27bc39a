package io.holdfast.protocol.model;

/** Why a leader wants a member out of its in-sync set. */
public enum EvictionReason {
  /** The connection was closed: its process has ended. */
  CLOSED(false, true),
  /** Another copy speaks in its place: the one that counts is lost. */
  FOREIGN(false, true),
  /** It was opened with damage, and is not believed before it was brought up to date. */
  UNTRUSTED(false, true),
  /** Nothing at all was heard of it: it hangs, or the network is cut, or its machine is gone. */
  SILENT(false, false),
  /** It speaks, but has owed an acknowledgement for too long. */
  OWES(true, false),
  /** Its disk is full, as it says itself, and it takes no records. */
  DISK_FULL(false, false),
  /** It, or what it is kept for, would have a witness keep more of the log than it may. */
  KEEPS_TOO_MUCH(true, false),
  /** It acknowledges, but over some time far later than the others. */
  SLOW(true, false);

  private final boolean heard;
  private final boolean restart;

  EvictionReason(boolean heard, boolean restart) {
    this.heard = heard;
    this.restart = restart;
  }

  /** Whether the member still speaks, so that nobody but this leader misses it. */
  public boolean isHeard() {
    return heard;
  }

  /** Whether what comes back is a fresh process, about which nothing bad is known. */
  public boolean isRestart() {
    return restart;
  }
}
