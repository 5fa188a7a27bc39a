package io.holdfast.jdbc.value;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Calendar;

/**
 * Turns the values of rows into what a getter of JDBC is to answer. A value is a Boolean, Short,
 * Integer, Long, Float, Double, String, {@link LocalDate} or {@link Instant}, and never null: what
 * NULL becomes is the getter's business. Immutable and thread-safe.
 */
public final class Values {
  private final ZoneId zone;
  private final Times times;
  private final ObjectTargets targets;

  /**
   * @param zone in which a moment has a date and a time of day
   */
  public Values(ZoneId zone) {
    this.zone = zone;
    this.times = new Times(zone);
    this.targets = new ObjectTargets(this);
  }

  /** The same in the zone of a calendar, if there is one. */
  public Values in(Calendar calendar) {
    return calendar == null ? this : new Values(calendar.getTimeZone().toZoneId());
  }

  public ZoneId zone() {
    return zone;
  }

  public String toText(Object value) {
    return value instanceof Instant moment ? times.text(moment) : value.toString();
  }

  public boolean toBoolean(Object value) throws SQLException {
    return Numbers.toBoolean(value);
  }

  public byte toByte(Object value) throws SQLException {
    return (byte) Numbers.toLong(value, Byte.MIN_VALUE, Byte.MAX_VALUE, "a byte");
  }

  public short toShort(Object value) throws SQLException {
    return (short) Numbers.toLong(value, Short.MIN_VALUE, Short.MAX_VALUE, "a smallint");
  }

  public int toInt(Object value) throws SQLException {
    return (int) Numbers.toLong(value, Integer.MIN_VALUE, Integer.MAX_VALUE, "an int");
  }

  public long toLong(Object value) throws SQLException {
    return Numbers.toLong(value, Long.MIN_VALUE, Long.MAX_VALUE, "a bigint");
  }

  public float toFloat(Object value) throws SQLException {
    return Numbers.toFloat(value);
  }

  public double toDouble(Object value) throws SQLException {
    return Numbers.toDouble(value);
  }

  public BigDecimal toBigDecimal(Object value) throws SQLException {
    return Numbers.toBigDecimal(value);
  }

  public BigDecimal toBigDecimal(Object value, int scale) throws SQLException {
    return Numbers.toBigDecimal(value, scale);
  }

  /** A text's bytes; other values have none. */
  public byte[] toBytes(Object value) throws SQLException {
    if (value instanceof String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    throw ValueErrors.noSuch(value, "bytes");
  }

  public Date toDate(Object value) throws SQLException {
    return times.toDate(value);
  }

  public Time toTime(Object value) throws SQLException {
    return times.toTime(value);
  }

  public Timestamp toTimestamp(Object value) throws SQLException {
    return times.toTimestamp(value);
  }

  public LocalDate toLocalDate(Object value) throws SQLException {
    return times.toLocalDate(value);
  }

  LocalTime toLocalTime(Object value) throws SQLException {
    return times.toLocalTime(value);
  }

  LocalDateTime toLocalDateTime(Object value) throws SQLException {
    return times.toLocalDateTime(value);
  }

  OffsetDateTime toOffsetDateTime(Object value) throws SQLException {
    return times.toOffsetDateTime(value);
  }

  ZonedDateTime toZonedDateTime(Object value) throws SQLException {
    return times.toZonedDateTime(value);
  }

  public Instant toInstant(Object value) throws SQLException {
    return times.toInstant(value);
  }

  /** What {@code getObject} gives for a column of a type. */
  public Object toObject(Object value, JdbcType type) throws SQLException {
    return switch (type) {
      case SMALLINT -> toInt(value);
      case DATE -> toDate(value);
      case TIMESTAMP -> toTimestamp(value);
      case BOOL, INT, BIGINT, FLOAT, DOUBLE, STRING -> value;
    };
  }

  /**
   * A value as an object of a class.
   *
   * @throws SQLException also when there is no way to such a class
   */
  public <T> T toObject(Object value, JdbcType type, Class<T> target) throws SQLException {
    return targets.convert(value, type, target);
  }

  Times times() {
    return times;
  }
}
