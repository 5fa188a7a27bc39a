package io.holdfast.nameserver.control;

import io.holdfast.protocol.model.NodeId;

/**
 * A planned change of leader that is under way, as this nameserver sees it. A successor in office
 * begins it anew, or does not: the pause that it asks for ends by itself.
 */
final class TransferWatch {
  private static final long NEVER = Long.MIN_VALUE;
  private static final long RELIEF_FRESH_NANOS = 3_000_000_000L;
  private static final long RELIEF_PAUSE_NANOS = 60_000_000_000L;

  private NodeId target;
  private long since;
  private long orderedAt = NEVER;
  private long readyAt = NEVER;
  private NodeId lapsed;
  private int lapses;
  private NodeId heir;
  private long heirTerm = -1;
  private NodeId relief;
  private long reliefAskedAt;
  private long relievedAt = NEVER;

  /** A new term has begun. Whoever was being prepared for it is the one to prefer in it. */
  void enterTerm(long term) {
    heir = target;
    heirTerm = term;
    endRelief();
    stop();
  }

  /** Who was prepared to lead this term; null for nobody. */
  NodeId heir(long term) {
    return heirTerm == term ? heir : null;
  }

  /** Nobody is to take over, or not now. */
  void stop() {
    target = null;
    orderedAt = NEVER;
    readyAt = NEVER;
  }

  /**
   * The leader asks to be replaced by this member. Not more often than once a minute: two leaders
   * that are both unfit would hand the partition to and fro.
   */
  void reliefWanted(NodeId successor, long now) {
    if (relievedAt == NEVER || now - relievedAt >= RELIEF_PAUSE_NANOS) {
      relief = successor;
      reliefAskedAt = now;
    }
  }

  /** A leader that is fit again no longer asks. */
  void forgetOldRelief(long now) {
    if (relief != null && now - reliefAskedAt > RELIEF_FRESH_NANOS) {
      relief = null;
    }
  }

  /** By whom the leader wants to be replaced; null when it does not. */
  NodeId relief() {
    return relief;
  }

  private void endRelief() {
    if (relief != null && relief.equals(target)) {
      relievedAt = reliefAskedAt;
    }
    relief = null;
  }

  /** Nobody wishes for a target any more; a new wish for the same one is given a new chance. */
  void forgetLapsed() {
    lapsed = null;
  }

  void begin(NodeId newTarget, long now) {
    if (!newTarget.equals(target)) {
      stop();
      target = newTarget;
      since = now;
    }
  }

  /** Who is being prepared; null for nobody. */
  NodeId target() {
    return target;
  }

  boolean isUnderWay() {
    return target != null;
  }

  boolean isOverdue(long nanos, long now) {
    return target != null && now - since >= nanos;
  }

  /** The target could not be prepared in time. */
  void lapse() {
    lapsed = target;
    lapses++;
    endRelief();
    stop();
  }

  boolean hasLapsed(NodeId formerTarget) {
    return formerTarget.equals(lapsed);
  }

  /** How many targets could not be prepared so far. */
  int lapses() {
    return lapses;
  }

  /** Whether the order was due again; notes that it is given now. */
  boolean orderDue(long everyNanos, long now) {
    if (orderedAt != NEVER && now - orderedAt < everyNanos) {
      return false;
    }
    orderedAt = now;
    return true;
  }

  /** The leader takes no writes, and this tablet holds all there is. */
  void ready(NodeId ofTarget, long now) {
    if (ofTarget.equals(target)) {
      readyAt = now;
    }
  }

  boolean isReady(long freshNanos, long now) {
    return readyAt != NEVER && now - readyAt < freshNanos;
  }
}
