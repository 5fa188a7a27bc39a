package io.holdfast.protocol.row;

import io.holdfast.protocol.openmldb.type.DataType;
import java.util.Locale;
import java.util.Optional;

/** The nine kinds of values a column can have, with their Java classes and bytes in a row. */
public enum ColumnType {
  /** {@link Boolean}. */
  BOOL(1, DataType.kBool, 0),
  /** {@link Short}. */
  SMALLINT(2, DataType.kSmallInt, 1),
  /** {@link Integer}. */
  INT(4, DataType.kInt, 3),
  /** {@link Long}. */
  BIGINT(8, DataType.kBigInt, 5),
  /** {@link Float}. */
  FLOAT(4, DataType.kFloat, 7),
  /** {@link Double}. */
  DOUBLE(8, DataType.kDouble, 8),
  /** {@link java.time.LocalDate}, from 1900-01-01 to 9999-12-31. */
  DATE(4, DataType.kDate, 10),
  /** {@link Long}, milliseconds since the Unix epoch. */
  TIMESTAMP(8, DataType.kTimestamp, 11),
  /** {@link String}; on the wire both kString and kVarchar. */
  STRING(0, DataType.kString, 9);

  private final int fixedBytes;
  private final DataType dataType;
  private final int queryCode;

  ColumnType(int fixedBytes, DataType dataType, int queryCode) {
    this.fixedBytes = fixedBytes;
    this.dataType = dataType;
    this.queryCode = queryCode;
  }

  /** Bytes in the fixed part of a row; 0 for strings, which have an offset there instead. */
  public int fixedBytes() {
    return fixedBytes;
  }

  /** The type on the wire; kString for strings. */
  public DataType dataType() {
    return dataType;
  }

  /** The type's number in the schema of a query's answer. */
  public int queryCode() {
    return queryCode;
  }

  /** The type a wire type stands for; empty for those that rows cannot have (arrays, maps). */
  public static Optional<ColumnType> of(DataType type) {
    if (type == DataType.kVarchar) {
      return Optional.of(STRING);
    }
    for (ColumnType candidate : values()) {
      if (candidate.dataType == type) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The type an operator's word stands for, as in {@code create}. */
  public static Optional<ColumnType> ofWord(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "bool" -> Optional.of(BOOL);
      case "smallint", "int16", "uint16" -> Optional.of(SMALLINT);
      case "int", "int32", "uint32" -> Optional.of(INT);
      case "bigint", "int64", "uint64" -> Optional.of(BIGINT);
      case "float" -> Optional.of(FLOAT);
      case "double" -> Optional.of(DOUBLE);
      case "date" -> Optional.of(DATE);
      case "timestamp" -> Optional.of(TIMESTAMP);
      case "string", "varchar" -> Optional.of(STRING);
      default -> Optional.empty();
    };
  }
}
