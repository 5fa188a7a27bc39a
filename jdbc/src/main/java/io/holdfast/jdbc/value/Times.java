package io.holdfast.jdbc.value;

import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;

/**
 * Values as dates and times. A timestamp of the database is a moment, whatever the clock on the
 * wall says; the zone is needed where a date or a time of day is made of it, or it of them. A date
 * of the database is a day and has no zone. Immutable and thread-safe.
 */
final class Times {
  private static final DateTimeFormatter TEXT =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral(' ')
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.MILLI_OF_SECOND, 1, 3, true)
          .toFormatter(java.util.Locale.ROOT);

  private final ZoneId zone;

  Times(ZoneId zone) {
    this.zone = zone;
  }

  /** A moment as text, as {@link Timestamp#toString} writes it. */
  String text(Instant moment) {
    return TEXT.format(moment.atZone(zone));
  }

  Instant toInstant(Object value) throws SQLException {
    if (value instanceof Instant moment) {
      return moment;
    }
    if (value instanceof LocalDate day) {
      return day.atStartOfDay(zone).toInstant();
    }
    if (value instanceof Long millis) {
      return Instant.ofEpochMilli(millis);
    }
    if (value instanceof String text) {
      return parsedMoment(text);
    }
    throw ValueErrors.noSuch(value, "a timestamp");
  }

  LocalDate toLocalDate(Object value) throws SQLException {
    if (value instanceof LocalDate day) {
      return day;
    }
    if (value instanceof Instant moment) {
      return moment.atZone(zone).toLocalDate();
    }
    if (value instanceof String text) {
      try {
        String stripped = text.strip();
        return stripped.length() <= 10
            ? LocalDate.parse(stripped)
            : parsedMoment(stripped).atZone(zone).toLocalDate();
      } catch (DateTimeException e) {
        throw ValueErrors.noSuch(value, "a date; yyyy-mm-dd can");
      }
    }
    throw ValueErrors.noSuch(value, "a date");
  }

  LocalTime toLocalTime(Object value) throws SQLException {
    if (value instanceof Instant moment) {
      return moment.atZone(zone).toLocalTime();
    }
    if (value instanceof String text) {
      try {
        String stripped = text.strip();
        return stripped.indexOf('-') < 0
            ? LocalTime.parse(stripped)
            : parsedMoment(stripped).atZone(zone).toLocalTime();
      } catch (DateTimeException e) {
        throw ValueErrors.noSuch(value, "a time of day; hh:mm:ss can");
      }
    }
    throw ValueErrors.noSuch(value, "a time of day");
  }

  LocalDateTime toLocalDateTime(Object value) throws SQLException {
    return LocalDateTime.ofInstant(toInstant(value), zone);
  }

  OffsetDateTime toOffsetDateTime(Object value) throws SQLException {
    return toInstant(value).atZone(zone).toOffsetDateTime();
  }

  java.time.ZonedDateTime toZonedDateTime(Object value) throws SQLException {
    return toInstant(value).atZone(zone);
  }

  Timestamp toTimestamp(Object value) throws SQLException {
    return Timestamp.from(toInstant(value));
  }

  /** The beginning of the day, in the zone. */
  Date toDate(Object value) throws SQLException {
    return new Date(toLocalDate(value).atStartOfDay(zone).toInstant().toEpochMilli());
  }

  /** The time of day on the first day of 1970, in the zone. */
  Time toTime(Object value) throws SQLException {
    LocalTime time = toLocalTime(value);
    return new Time(LocalDate.EPOCH.atTime(time).atZone(zone).toInstant().toEpochMilli());
  }

  /** The day of a {@link java.util.Date} in the zone. */
  LocalDate day(java.util.Date date) {
    return Instant.ofEpochMilli(date.getTime()).atZone(zone).toLocalDate();
  }

  Instant moment(LocalDateTime time) {
    return time.atZone(zone).toInstant();
  }

  private Instant parsedMoment(String text) throws SQLException {
    String stripped = text.strip().replace(' ', 'T');
    try {
      if (stripped.length() <= 10) {
        return LocalDate.parse(stripped).atStartOfDay(zone).toInstant();
      }
      return stripped.matches(".*T.*([Zz]|[+-]\\d\\d:?\\d\\d)")
          ? OffsetDateTime.parse(stripped).toInstant()
          : LocalDateTime.parse(stripped).atZone(zone).toInstant();
    } catch (DateTimeException e) {
      throw ValueErrors.noSuch(text, "a timestamp; yyyy-mm-dd hh:mm:ss can");
    }
  }
}
