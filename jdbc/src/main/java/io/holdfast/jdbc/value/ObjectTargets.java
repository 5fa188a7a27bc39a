package io.holdfast.jdbc.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.Map;

/** The classes that {@code getObject} can be asked for. Immutable and thread-safe. */
final class ObjectTargets {
  private interface Conversion {
    Object apply(Object value) throws SQLException;
  }

  private final Values values;
  private final Map<Class<?>, Conversion> conversions = new HashMap<>();

  ObjectTargets(Values values) {
    this.values = values;
    conversions.put(String.class, values::toText);
    conversions.put(byte[].class, values::toBytes);
    addNumbers();
    addTimes();
  }

  private void addNumbers() {
    conversions.put(Boolean.class, values::toBoolean);
    conversions.put(Byte.class, values::toByte);
    conversions.put(Short.class, values::toShort);
    conversions.put(Integer.class, values::toInt);
    conversions.put(Long.class, values::toLong);
    conversions.put(Float.class, values::toFloat);
    conversions.put(Double.class, values::toDouble);
    conversions.put(BigDecimal.class, values::toBigDecimal);
    conversions.put(BigInteger.class, value -> values.toBigDecimal(value).toBigInteger());
  }

  private void addTimes() {
    conversions.put(Date.class, values::toDate);
    conversions.put(Time.class, values::toTime);
    conversions.put(Timestamp.class, values::toTimestamp);
    conversions.put(java.util.Date.class, values::toTimestamp);
    conversions.put(Calendar.class, this::calendar);
    conversions.put(LocalDate.class, values::toLocalDate);
    conversions.put(LocalTime.class, values::toLocalTime);
    conversions.put(LocalDateTime.class, values::toLocalDateTime);
    conversions.put(OffsetDateTime.class, values::toOffsetDateTime);
    conversions.put(ZonedDateTime.class, values::toZonedDateTime);
    conversions.put(Instant.class, values::toInstant);
  }

  private Calendar calendar(Object value) throws SQLException {
    return GregorianCalendar.from(values.toZonedDateTime(value));
  }

  <T> T convert(Object value, JdbcType type, Class<T> target) throws SQLException {
    if (target == Object.class) {
      return target.cast(values.toObject(value, type));
    }
    Conversion conversion = conversions.get(target);
    if (conversion == null) {
      throw new SQLFeatureNotSupportedException(
          "no value can be had as "
              + target.getName()
              + "; a "
              + type.word()
              + " can as "
              + type.objectClass().getName(),
          "0A000");
    }
    return target.cast(conversion.apply(value));
  }
}
