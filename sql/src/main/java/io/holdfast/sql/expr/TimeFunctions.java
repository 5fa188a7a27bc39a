package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.function.ToIntFunction;

/** Functions of dates and timestamps; a bigint is taken as the milliseconds of a timestamp. */
final class TimeFunctions {
  private static final int DAYS_PER_WEEK = 7;

  private TimeFunctions() {}

  /** Null when no function of times has that name. */
  static Bound bind(String name, List<Bound> arguments, ZoneId zone, long nowMillis)
      throws SqlException {
    return switch (name) {
      case "now" -> {
        Functions.count(name, arguments, 0, 0);
        yield Bound.constant(ColumnType.TIMESTAMP, nowMillis);
      }
      case "year" -> part(name, arguments, zone, LocalDateTime::getYear);
      case "month" -> part(name, arguments, zone, LocalDateTime::getMonthValue);
      case "day", "dayofmonth" -> part(name, arguments, zone, LocalDateTime::getDayOfMonth);
      case "dayofyear" -> part(name, arguments, zone, LocalDateTime::getDayOfYear);
      // From Sunday, 1, to Saturday, 7.
      case "dayofweek" ->
          part(name, arguments, zone, time -> time.getDayOfWeek().getValue() % DAYS_PER_WEEK + 1);
      case "week", "weekofyear" ->
          part(name, arguments, zone, time -> time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case "hour" -> part(name, arguments, zone, LocalDateTime::getHour);
      case "minute" -> part(name, arguments, zone, LocalDateTime::getMinute);
      case "second" -> part(name, arguments, zone, LocalDateTime::getSecond);
      case "datediff" -> dateDiff(name, arguments, zone);
      default -> null;
    };
  }

  private static Bound part(
      String name, List<Bound> arguments, ZoneId zone, ToIntFunction<LocalDateTime> part)
      throws SqlException {
    Functions.count(name, arguments, 1, 1);
    times(name, arguments);
    return Functions.strict(
        ColumnType.INT, arguments, values -> part.applyAsInt(time(values[0], zone)));
  }

  private static void times(String name, List<Bound> arguments) throws SqlException {
    for (Bound argument : arguments) {
      ColumnType type = argument.type();
      boolean isTime =
          type == null
              || type == ColumnType.DATE
              || type == ColumnType.TIMESTAMP
              || type == ColumnType.BIGINT;
      if (!isTime) {
        throw Functions.arguments(
            name, "a date or a timestamp, not " + TypeNames.of(type) + "; use timestamp(...)");
      }
    }
  }

  private static LocalDateTime time(Object value, ZoneId zone) {
    return value instanceof LocalDate date
        ? date.atStartOfDay()
        : TimeText.local((Long) value, zone);
  }

  private static Bound dateDiff(String name, List<Bound> arguments, ZoneId zone)
      throws SqlException {
    Functions.count(name, arguments, 2, 2);
    times(name, arguments);
    return Functions.strict(
        ColumnType.INT,
        arguments,
        values ->
            (int)
                ChronoUnit.DAYS.between(
                    time(values[1], zone).toLocalDate(), time(values[0], zone).toLocalDate()));
  }
}
