package io.holdfast.jdbc.value;

import io.holdfast.protocol.row.ColumnType;
import java.sql.Types;
import java.util.Optional;

/** The nine types of columns as JDBC describes them. */
public enum JdbcType {
  BOOL(ColumnType.BOOL, Types.BOOLEAN, Boolean.class, 1, 5),
  SMALLINT(ColumnType.SMALLINT, Types.SMALLINT, Integer.class, 5, 6),
  INT(ColumnType.INT, Types.INTEGER, Integer.class, 10, 11),
  BIGINT(ColumnType.BIGINT, Types.BIGINT, Long.class, 19, 20),
  FLOAT(ColumnType.FLOAT, Types.REAL, Float.class, 7, 15),
  DOUBLE(ColumnType.DOUBLE, Types.DOUBLE, Double.class, 15, 24),
  DATE(ColumnType.DATE, Types.DATE, java.sql.Date.class, 10, 10),
  TIMESTAMP(ColumnType.TIMESTAMP, Types.TIMESTAMP, java.sql.Timestamp.class, 23, 23),
  STRING(ColumnType.STRING, Types.VARCHAR, String.class, Integer.MAX_VALUE, Integer.MAX_VALUE);

  private final ColumnType columnType;
  private final int sqlType;
  private final Class<?> objectClass;
  private final int precision;
  private final int displaySize;

  JdbcType(
      ColumnType columnType, int sqlType, Class<?> objectClass, int precision, int displaySize) {
    this.columnType = columnType;
    this.sqlType = sqlType;
    this.objectClass = objectClass;
    this.precision = precision;
    this.displaySize = displaySize;
  }

  /** The type of a column of this type. */
  public static JdbcType of(ColumnType type) {
    return switch (type) {
      case BOOL -> BOOL;
      case SMALLINT -> SMALLINT;
      case INT -> INT;
      case BIGINT -> BIGINT;
      case FLOAT -> FLOAT;
      case DOUBLE -> DOUBLE;
      case DATE -> DATE;
      case TIMESTAMP -> TIMESTAMP;
      case STRING -> STRING;
    };
  }

  /**
   * The type that a value of {@link java.sql.Types} is sent as; empty for kinds of values that
   * there are no columns for.
   */
  public static Optional<JdbcType> ofSqlType(int sqlType) {
    return switch (sqlType) {
      case Types.BOOLEAN, Types.BIT -> Optional.of(BOOL);
      case Types.TINYINT, Types.SMALLINT -> Optional.of(SMALLINT);
      case Types.INTEGER -> Optional.of(INT);
      case Types.BIGINT -> Optional.of(BIGINT);
      case Types.REAL -> Optional.of(FLOAT);
      case Types.FLOAT, Types.DOUBLE, Types.DECIMAL, Types.NUMERIC -> Optional.of(DOUBLE);
      case Types.DATE -> Optional.of(DATE);
      case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> Optional.of(TIMESTAMP);
      case Types.CHAR,
          Types.VARCHAR,
          Types.LONGVARCHAR,
          Types.NCHAR,
          Types.NVARCHAR,
          Types.LONGNVARCHAR ->
          Optional.of(STRING);
      default -> Optional.empty();
    };
  }

  public ColumnType columnType() {
    return columnType;
  }

  /** The number in {@link java.sql.Types}. */
  public int sqlType() {
    return sqlType;
  }

  /** The word for it in a table's definition. */
  public String word() {
    return columnType.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** What {@code getObject} gives. */
  public Class<?> objectClass() {
    return objectClass;
  }

  /** Most decimal digits, or characters of the value's text. */
  public int precision() {
    return precision;
  }

  /** Digits behind the point that are certain: milliseconds of a timestamp, none of a double. */
  public int scale() {
    return this == TIMESTAMP ? 3 : 0;
  }

  public int displaySize() {
    return displaySize;
  }

  public boolean signed() {
    return switch (this) {
      case SMALLINT, INT, BIGINT, FLOAT, DOUBLE -> true;
      case BOOL, DATE, TIMESTAMP, STRING -> false;
    };
  }
}
