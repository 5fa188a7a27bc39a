package io.holdfast.common.error;

/**
 * The numbers in the {@code code} field of answers, each with its words and with what a client
 * should do next. Numbers below 1200 are OpenMLDB's and mean there what they mean here; those from
 * 1200 on are Holdfast's own. A number, once given, never changes its meaning.
 */
public enum StatusCode {
  OK(0, "ok", Advice.DONE),

  /** This tablet has no replica of the partition; the caller's route may be old. */
  TABLE_NOT_FOUND(100, "table does not exist", Advice.ASK_FOR_ROUTE),

  /**
   * This replica does not lead, or its tablet has just started and reads its files. The answer
   * names the leader when it is known.
   */
  NOT_LEADER(103, "table is follower", Advice.ASK_LEADER),

  /** This replica leads, but does not know yet whether it knows everything that is committed. */
  NOT_READY(104, "table is loading", Advice.REPEAT_HERE),

  /** The table has no such index. */
  INDEX_NOT_FOUND(108, "idx name not found", Advice.GIVE_UP),

  /** There is no such entry. */
  KEY_NOT_FOUND(109, "key not found", Advice.DONE),

  /** A scan's newest time lies below its oldest. */
  RANGE_REVERSED(117, "starttime less than endtime", Advice.GIVE_UP),

  /** The partition has no follower to tell of. */
  NO_FOLLOWER(134, "has no follower", Advice.DONE),

  /**
   * The leader has no memory left for further rows; {@code max_memory_mb} says how much there may
   * be. Nothing was written.
   */
  MEMORY_FULL(160, "exceed max memory", Advice.REPEAT_HERE),

  /** The machine uses more memory than the put allows. Nothing was written. */
  MEMORY_LIMIT(164, "memory usage over the limit of the put", Advice.GIVE_UP),

  /** The request does not fit the table, or makes no sense. */
  INVALID_PARAMETER(307, "invalid parameter", Advice.GIVE_UP),

  /** The tablet has the replica, and nobody need ask it to load it. */
  TABLE_EXISTS(101, "table already exists", Advice.DONE),

  /** Not now: a snapshot is being made, or snapshots are paused. */
  TABLE_NOT_NORMAL(105, "table status is not kNormal", Advice.GIVE_UP),

  /** Snapshots cannot be taken up again while one is being made: they are not paused. */
  SNAPSHOTS_NOT_PAUSED(107, "table status is not kSnapshotPaused", Advice.GIVE_UP),

  /** OpenMLDB has it, Holdfast does not. */
  NOT_SUPPORTED(701, "operator not supported", Advice.GIVE_UP),

  /** Fewer copies are in sync than the table's {@code min_insync} wants. Nothing was written. */
  TOO_FEW_IN_SYNC(1200, "too few replicas in sync", Advice.REPEAT_HERE),

  /**
   * The record was taken, and then its leader lost its leadership: the write may be done, or may
   * become done, or may be lost. Neither success nor failure.
   */
  OUTCOME_UNKNOWN(1201, "outcome unknown", Advice.READ_BACK),

  /** As much as may be is under way already. Nothing was done. */
  BUSY(1202, "busy", Advice.REPEAT_HERE),

  /** Larger than a record may be. Nothing was written. */
  TOO_LARGE(1203, "record is too large", Advice.GIVE_UP),

  /** The leader's disk is too full for writes. Nothing was written. */
  DISK_FULL(1205, "disk is full", Advice.REPEAT_HERE),

  /** More puts, or more bytes of them, in one frame than may be. None of them was looked at. */
  BATCH_TOO_LARGE(1206, "batch is too large", Advice.GIVE_UP),

  /** No quorum confirmed that this replica still leads, so what it holds may be old. */
  NOT_CONFIRMED(1204, "leadership is not confirmed", Advice.ASK_FOR_ROUTE),

  /**
   * This replica has not applied what the reader has seen, is older than the reader bears, or is
   * damaged. Nothing is wrong: the leader has the answer.
   */
  REPLICA_BEHIND(1210, "replica is behind", Advice.ASK_LEADER),

  /**
   * The reader has seen a version that the partition does not have, although the leader knows
   * everything that is committed: that history was lost, or is another cluster's.
   */
  VERSION_LOST(1211, "version does not exist", Advice.GIVE_UP),

  /**
   * The write's number lies too far below others of its session. Nothing was done now, but nobody
   * knows any more whether an earlier request with it was done.
   */
  SEQ_TOO_OLD(1220, "sequence number is too old", Advice.READ_BACK),

  /**
   * The write's session may have been here and been forgotten. Nothing was done now, but nobody
   * knows any more whether an earlier request was done. A write that certainly was not may be sent
   * in a new session, which begins after the answer's {@code session_begin}.
   */
  SESSION_FORGOTTEN(1221, "session is not known any more", Advice.NEW_SESSION),

  /**
   * The write's client does not know all indexes of the table, and would leave the row out of one.
   * Nothing was written. To be repeated with the keys of all indexes.
   */
  INDEX_ADDED(1222, "the table has an index that the client does not know", Advice.GIVE_UP),

  /**
   * The index was added and does not find all rows yet; {@code showopstatus} says how far it is.
   */
  INDEX_NOT_FILLED(1223, "the index is still being filled", Advice.GIVE_UP),

  /**
   * A tablet was asked for what the nameserver settles for all copies of a partition together.
   * Nothing was done.
   */
  NAMESERVER_DECIDES(1240, "only the nameserver may order that", Advice.GIVE_UP);

  /** What a client should do next. */
  public enum Advice {
    /** Nothing: this is the answer. */
    DONE,
    /** Repeat at the server that the answer names, or else as {@link #ASK_FOR_ROUTE}. */
    ASK_LEADER,
    /** Learn anew who leads, then repeat. */
    ASK_FOR_ROUTE,
    /** Repeat here after the wait that the answer asks for. */
    REPEAT_HERE,
    /** Find out by reading, or repeat a write that is harmless when done twice. */
    READ_BACK,
    /** As {@link #READ_BACK} if the write may be done already; else repeat it in a new session. */
    NEW_SESSION,
    /** Do not repeat: the answer would be the same. */
    GIVE_UP
  }

  private final int number;
  private final String words;
  private final Advice advice;

  StatusCode(int number, String words, Advice advice) {
    this.number = number;
    this.words = words;
    this.advice = advice;
  }

  /** As on the wire. */
  public int number() {
    return number;
  }

  /** What a person reads; some answers add details behind it. */
  public String words() {
    return words;
  }

  public Advice advice() {
    return advice;
  }
}
