package io.holdfast.sql.expr;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Dates and timestamps as texts. Texts that are none have null as their value. */
final class TimeText {
  private static final int FIRST_YEAR = 1900;
  private static final int LAST_YEAR = 9999;
  private static final int DATE_LENGTH = "yyyy-MM-dd".length();
  private static final int SECONDS_LENGTH = "yyyy-MM-dd HH:mm:ss".length();
  private static final int COMPACT_DATE_LENGTH = "yyyyMMdd".length();
  private static final int COMPACT_LENGTH = "yyyyMMddHHmmss".length();
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

  private TimeText() {}

  /** {@code yyyy-MM-dd}, {@code yyyyMMdd}, or what is a timestamp; the time of day is dropped. */
  static LocalDate date(String text) {
    LocalDateTime time = local(text.trim());
    return time == null ? null : inRange(time.toLocalDate());
  }

  /** A date that a column can have; null when it is too early or too late. */
  static LocalDate inRange(LocalDate date) {
    return date.getYear() < FIRST_YEAR || date.getYear() > LAST_YEAR ? null : date;
  }

  /**
   * Milliseconds of {@code yyyy-MM-dd[ HH:mm:ss[.SSS]]}, the same with a T, {@code
   * yyyyMMdd[HHmmss]}, all in the zone; or of one with a T and its own offset.
   */
  static Long timestamp(String text, ZoneId zone) {
    String trimmed = text.trim();
    LocalDateTime time = local(trimmed);
    if (time != null) {
      return millis(time.atZone(zone).toInstant());
    }
    try {
      return trimmed.length() > SECONDS_LENGTH
          ? millis(OffsetDateTime.parse(trimmed.replace(' ', 'T')).toInstant())
          : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Long millis(Instant instant) {
    return instant.toEpochMilli();
  }

  static Long timestamp(LocalDate date, ZoneId zone) {
    return date.atStartOfDay(zone).toInstant().toEpochMilli();
  }

  private static LocalDateTime local(String text) {
    try {
      int length = text.length();
      if (length == DATE_LENGTH) {
        return LocalDate.parse(text).atStartOfDay();
      }
      if (length == COMPACT_DATE_LENGTH || length == COMPACT_LENGTH) {
        return compact(text);
      }
      return length >= SECONDS_LENGTH ? LocalDateTime.parse(text.replace(' ', 'T')) : null;
    } catch (DateTimeException | NumberFormatException e) {
      return null;
    }
  }

  private static LocalDateTime compact(String text) {
    LocalDate date =
        LocalDate.of(digits(text, 0, 4), digits(text, 4, 6), digits(text, 6, COMPACT_DATE_LENGTH));
    return text.length() == COMPACT_DATE_LENGTH
        ? date.atStartOfDay()
        : date.atTime(
            LocalTime.of(digits(text, 8, 10), digits(text, 10, 12), digits(text, 12, 14)));
  }

  private static int digits(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        throw new NumberFormatException();
      }
    }
    return Integer.parseInt(text, from, to, 10);
  }

  /** {@code yyyy-MM-dd HH:mm:ss}; null for a time that has no such text. */
  static String format(long millis, ZoneId zone) {
    try {
      LocalDateTime time = local(millis, zone);
      return time.getYear() < 0 || time.getYear() > LAST_YEAR ? null : SECONDS.format(time);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** The wall clock's time; every number of milliseconds has one. */
  static LocalDateTime local(long millis, ZoneId zone) {
    return LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), zone);
  }
}
