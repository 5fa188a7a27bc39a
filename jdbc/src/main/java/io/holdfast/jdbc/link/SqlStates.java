package io.holdfast.jdbc.link;

/** The SQLStates that this driver uses, of SQL:2016 unless it says otherwise. */
public final class SqlStates {
  /** No server could be reached when the connection was made. */
  public static final String CANNOT_CONNECT = "08001";

  /** The connection was closed. */
  public static final String CLOSED = "08003";

  /** No server could be reached, or none took the request on. Nothing was done. */
  public static final String UNREACHABLE = "08006";

  /** The request was sent and no answer came: it may or may not have been done. */
  public static final String OUTCOME_UNKNOWN = "08007";

  /** OpenGroup's: time ran out. */
  public static final String TIMEOUT = "HYT00";

  /** Somebody cancelled it. */
  public static final String CANCELLED = "57014";

  public static final String NOT_SUPPORTED = "0A000";
  public static final String INVALID_VALUE = "22023";

  /** A row is larger than one may be. */
  public static final String TOO_LARGE = "22001";

  public static final String WRONG_PARAMETERS = "07001";
  public static final String SYNTAX = "42000";
  public static final String NO_TABLE = "42S02";
  public static final String NO_DATABASE = "3F000";
  public static final String READ_ONLY = "25006";
  public static final String NO_TRANSACTION = "25000";

  /** OpenGroup's: not allowed in the state the object is in. */
  public static final String WRONG_STATE = "HY010";

  /** OpenGroup's: no such column. */
  public static final String NO_COLUMN = "42S22";

  /** OpenGroup's: before the first row, or behind the last one. */
  public static final String NO_ROW = "24000";

  /** OpenGroup's: everything else. */
  public static final String GENERAL = "HY000";

  private SqlStates() {}
}
