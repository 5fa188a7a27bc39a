package io.holdfast.protocol.model;

/** Why a leader asks to be replaced. */
public enum ReliefReason {
  /** Its disk takes far longer than those of the members. */
  SLOW_DISK,
  /** Its process stands still too often, for so long that its lease is at risk. */
  PAUSES,
  /** Its disk has no room for writes, and a member's has. */
  DISK_FULL
}
