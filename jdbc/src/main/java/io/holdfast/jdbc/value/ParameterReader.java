package io.holdfast.jdbc.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Calendar;

/** Turns what setters of JDBC are given into parameters. Immutable and thread-safe. */
public final class ParameterReader {
  private final Values values;

  public ParameterReader(Values values) {
    this.values = values;
  }

  /**
   * NULL of a type.
   *
   * @param sqlType of {@link java.sql.Types}; NULL and OTHER stand for a type that is not known
   */
  public Parameter none(int sqlType) throws SQLException {
    if (sqlType == Types.NULL || sqlType == Types.OTHER || sqlType == Types.JAVA_OBJECT) {
      return new Parameter(JdbcType.STRING, null);
    }
    return new Parameter(typed(sqlType), null);
  }

  /** An object, whose class says what it is. */
  public Parameter of(Object object) throws SQLException {
    if (object == null) {
      return new Parameter(JdbcType.STRING, null);
    }
    if (object instanceof Boolean) {
      return new Parameter(JdbcType.BOOL, object);
    }
    if (object instanceof Number number) {
      return number(number);
    }
    if (object instanceof CharSequence || object instanceof Character || object instanceof Enum) {
      return new Parameter(JdbcType.STRING, object.toString());
    }
    return time(object);
  }

  /** An object that is to be sent as of a type. */
  public Parameter of(Object object, int sqlType) throws SQLException {
    if (object == null) {
      return none(sqlType);
    }
    Parameter plain = of(object);
    return sqlType == Types.OTHER || sqlType == Types.JAVA_OBJECT
        ? plain
        : as(plain, typed(sqlType));
  }

  /** A day, in the zone of the calendar if there is one. */
  public Parameter date(java.util.Date date, Calendar calendar) {
    return new Parameter(
        JdbcType.DATE, date == null ? null : values.in(calendar).times().day(date));
  }

  /** A moment, for which no zone is needed. */
  public Parameter timestamp(java.util.Date moment) {
    return new Parameter(
        JdbcType.TIMESTAMP, moment == null ? null : Instant.ofEpochMilli(moment.getTime()));
  }

  /**
   * The parameter as a column of a type takes it.
   *
   * @throws SQLException when the value is out of the type's range or has another kind of meaning
   */
  public Parameter as(Parameter parameter, JdbcType type) throws SQLException {
    Object value = parameter.value();
    if (value == null || parameter.type() == type) {
      return new Parameter(type, value);
    }
    return new Parameter(
        type,
        switch (type) {
          case BOOL -> values.toBoolean(value);
          case SMALLINT -> (short) whole(value, Short.MIN_VALUE, Short.MAX_VALUE, "a smallint");
          case INT -> (int) whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE, "an int");
          case BIGINT -> whole(value, Long.MIN_VALUE, Long.MAX_VALUE, "a bigint");
          case FLOAT -> values.toFloat(value);
          case DOUBLE -> values.toDouble(value);
          case DATE -> values.toLocalDate(value);
          case TIMESTAMP -> values.toInstant(wide(value));
          case STRING -> values.toText(value);
        });
  }

  /** What is written is not cut: 1.5 does not become 1 on its way. */
  private static long whole(Object value, long least, long most, String target)
      throws SQLException {
    long number = Numbers.toLong(value, least, most, target);
    if ((value instanceof Float || value instanceof Double || value instanceof String)
        && Numbers.toBigDecimal(value).compareTo(BigDecimal.valueOf(number)) != 0) {
      throw ValueErrors.noSuch(value, target + ": it is not whole");
    }
    return number;
  }

  private static Object wide(Object value) {
    return value instanceof Integer || value instanceof Short
        ? Long.valueOf(((Number) value).longValue())
        : value;
  }

  private static JdbcType typed(int sqlType) throws SQLException {
    return JdbcType.ofSqlType(sqlType)
        .orElseThrow(
            () ->
                new SQLFeatureNotSupportedException(
                    "there are no columns for java.sql.Types " + sqlType, "0A000"));
  }

  private static Parameter number(Number number) throws SQLException {
    if (number instanceof Byte || number instanceof Short) {
      return new Parameter(JdbcType.SMALLINT, number.shortValue());
    }
    if (number instanceof Integer) {
      return new Parameter(JdbcType.INT, number);
    }
    if (number instanceof Long) {
      return new Parameter(JdbcType.BIGINT, number);
    }
    if (number instanceof Float) {
      return new Parameter(JdbcType.FLOAT, number);
    }
    if (number instanceof Double) {
      return new Parameter(JdbcType.DOUBLE, number);
    }
    if (number instanceof BigInteger whole) {
      return decimal(new BigDecimal(whole));
    }
    if (number instanceof BigDecimal decimal) {
      return decimal(decimal);
    }
    return new Parameter(JdbcType.BIGINT, number.longValue());
  }

  /** There is no decimal type: a whole number goes as bigint, another one as the nearest double. */
  private static Parameter decimal(BigDecimal number) throws SQLException {
    if (number.signum() == 0 || number.stripTrailingZeros().scale() <= 0) {
      long whole = Numbers.toLong(number, Long.MIN_VALUE, Long.MAX_VALUE, "a bigint");
      return new Parameter(JdbcType.BIGINT, whole);
    }
    double nearest = number.doubleValue();
    if (!Double.isFinite(nearest) || BigDecimal.valueOf(nearest).compareTo(number) != 0) {
      throw new SQLDataException(
          ValueErrors.describe(number) + " has more digits than a double holds", "22003");
    }
    return new Parameter(JdbcType.DOUBLE, nearest);
  }

  private Parameter time(Object object) throws SQLException {
    if (object instanceof LocalDate) {
      return new Parameter(JdbcType.DATE, object);
    }
    if (object instanceof java.sql.Date date) {
      return date(date, null);
    }
    if (object instanceof java.util.Date moment && !(object instanceof java.sql.Time)) {
      return timestamp(moment);
    }
    if (object instanceof Calendar calendar) {
      return timestamp(calendar.getTime());
    }
    Instant moment = moment(object);
    if (moment == null) {
      throw new SQLFeatureNotSupportedException(
          "there is no column type for " + object.getClass().getName(), "0A000");
    }
    // As rows hold it, so that a value that was written equals the value that is read.
    return new Parameter(JdbcType.TIMESTAMP, Instant.ofEpochMilli(moment.toEpochMilli()));
  }

  private Instant moment(Object object) {
    if (object instanceof Instant instant) {
      return instant;
    }
    if (object instanceof LocalDateTime time) {
      return values.times().moment(time);
    }
    if (object instanceof OffsetDateTime time) {
      return time.toInstant();
    }
    return object instanceof ZonedDateTime time ? time.toInstant() : null;
  }
}
