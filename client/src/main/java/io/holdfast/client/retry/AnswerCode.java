package io.holdfast.client.retry;

/** The numbers in the {@code code} field of an answer that decide how a call goes on. */
public final class AnswerCode {
  public static final int OK = 0;
  public static final int TABLE_NOT_FOUND = 100;

  /** The server holds the partition and does not lead it; the answer may name who does. */
  public static final int NOT_LEADER = 103;

  public static final int TABLE_LOADING = 104;
  public static final int KEY_NOT_FOUND = 109;

  /** The record was taken and its replication failed: it may or may not survive. */
  public static final int REPLICATION_FAILED = 122;

  /** The leadership ended before the write was committed: it may be done yet, or never. */
  public static final int OUTCOME_UNKNOWN = 1201;

  /** The leader could not have its leadership confirmed in time; asking again is safe. */
  public static final int READ_NOT_CONFIRMED = 1204;

  /** This replica cannot show what the reader has seen, or is too old for it; the leader can. */
  public static final int REPLICA_BEHIND = 1210;

  /** The reader has seen what the partition does not have: asking again does not bring it back. */
  public static final int VERSION_LOST = 1211;

  /** Not done now; nobody knows any more whether an earlier request for the write was done. */
  public static final int SEQ_TOO_OLD = 1220;

  /** As before, because the session is not known; the answer says what a new one begins after. */
  public static final int SESSION_FORGOTTEN = 1221;

  /** The table has an index that the writer does not know. Nothing was written. */
  public static final int INDEX_ADDED = 1222;

  public static final int NAMESERVER_NOT_LEADER = 300;
  public static final int DATABASE_NOT_FOUND = 802;

  private AnswerCode() {}
}
