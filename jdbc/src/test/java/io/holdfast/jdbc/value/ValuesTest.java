package io.holdfast.jdbc.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The conversions of getters, as JDBC's table has them, and where they end. */
class ValuesTest {
  private static final ZoneId ZONE = ZoneId.of("Asia/Tokyo");
  private static final Instant MOMENT = Instant.parse("2026-03-01T20:30:05.120Z");
  private static final LocalDate DAY = LocalDate.of(2026, 3, 1);
  private final Values values = new Values(ZONE);

  /** What a column holds, written as type:text. */
  private static Object value(String text) {
    String of = text.substring(text.indexOf(':') + 1);
    return switch (text.substring(0, text.indexOf(':'))) {
      case "bool" -> Boolean.valueOf(of);
      case "smallint" -> Short.valueOf(of);
      case "int" -> Integer.valueOf(of);
      case "bigint" -> Long.valueOf(of);
      case "float" -> Float.valueOf(of);
      case "double" -> Double.valueOf(of);
      case "date" -> LocalDate.parse(of);
      case "timestamp" -> Instant.ofEpochMilli(Long.parseLong(of));
      default -> of;
    };
  }

  private static final class Target {
    static Class<?> of(String name) {
      return switch (name) {
        case "boolean" -> Boolean.class;
        case "byte" -> Byte.class;
        case "short" -> Short.class;
        case "int" -> Integer.class;
        case "long" -> Long.class;
        case "float" -> Float.class;
        case "double" -> Double.class;
        case "decimal" -> BigDecimal.class;
        case "date" -> LocalDate.class;
        case "time" -> LocalTime.class;
        case "timestamp" -> Instant.class;
        default -> String.class;
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bool:true, boolean, true",
    "bool:true, int, 1",
    "bool:false, long, 0",
    "bool:true, double, 1.0",
    "bool:true, decimal, 1",
    "bool:true, string, true",
    "smallint:1, boolean, true",
    "smallint:-7, byte, -7",
    "smallint:300, int, 300",
    "smallint:300, string, 300",
    "int:70000, long, 70000",
    "int:70000, float, 70000.0",
    "int:0, boolean, false",
    "bigint:9223372036854775807, long, 9223372036854775807",
    "bigint:9223372036854775807, decimal, 9223372036854775807",
    "bigint:12, short, 12",
    "float:0.1, decimal, 0.1",
    "float:0.1, string, 0.1",
    "float:2.9, int, 2",
    "double:-2.9, long, -2",
    "double:1.5, float, 1.5",
    "double:1.0, boolean, true",
    "string:42, int, 42",
    "string: 42 , long, 42",
    "string:4.99, int, 4",
    "string:1e3, double, 1000.0",
    "string:true, boolean, true",
    "string:0, boolean, false",
    "string:2026-03-01, date, 2026-03-01",
    "string:2026-03-01 10:00:00, date, 2026-03-01",
    "string:10:20:30, time, 10:20:30",
    "string:2026-03-02 05:30:05.12, timestamp, 2026-03-01T20:30:05.120Z",
    "string:2026-03-01T20:30:05.12Z, timestamp, 2026-03-01T20:30:05.120Z",
    "date:2026-03-01, date, 2026-03-01",
    "date:2026-03-01, string, 2026-03-01",
    "date:2026-03-01, timestamp, 2026-02-28T15:00:00Z",
    "timestamp:1772397005120, timestamp, 2026-03-01T20:30:05.120Z",
    "timestamp:1772397005120, date, 2026-03-02",
    "timestamp:1772397005120, time, 05:30:05.120",
    "timestamp:1772397005120, long, 1772397005120",
    "timestamp:1772397005120, string, 2026-03-02 05:30:05.12",
  })
  void whatIsAllowedIsConverted(String from, String target, String expected) throws SQLException {
    Object converted = values.toObject(value(from), JdbcType.STRING, Target.of(target));
    assertThat(String.valueOf(converted)).isEqualTo(expected);
  }

  /** What would lose its meaning is refused, never bent: each with the SQLState for its reason. */
  @ParameterizedTest
  @CsvSource({
    "int:2, boolean, 22018",
    "string:yes, boolean, 22018",
    "int:128, byte, 22003",
    "bigint:40000, short, 22003",
    "bigint:2147483648, int, 22003",
    "double:1e19, long, 22003",
    "double:NaN, int, 22003",
    "string:1e999999999, int, 22003",
    "string:1e99999, double, ok",
    "double:1e300, float, 22003",
    "string:abc, int, 22018",
    "string:, int, 22018",
    "string:2026-02-30, date, 22018",
    "date:2026-03-01, int, 22018",
    "date:2026-03-01, time, 22018",
    "bool:true, date, 22018",
    "int:5, date, 22018",
    "timestamp:5, boolean, 22018",
  })
  void whatDoesNotFitIsRefused(String from, String target, String state) throws SQLException {
    if (state.equals("ok")) {
      // Java reads it as infinity, which a double can be.
      assertThat(values.toDouble(value(from))).isInfinite();
      return;
    }
    assertThatThrownBy(() -> values.toObject(value(from), JdbcType.STRING, Target.of(target)))
        .isInstanceOfSatisfying(
            SQLDataException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
  }

  @Test
  void classesOfTimeAreInTheZone() throws SQLException {
    assertThat(get(LocalDateTime.class))
        .isEqualTo(LocalDateTime.of(2026, 3, 2, 5, 30, 5, 120_000_000));
    assertThat(get(OffsetDateTime.class))
        .isEqualTo(OffsetDateTime.parse("2026-03-02T05:30:05.12+09:00"));
    assertThat(get(ZonedDateTime.class)).isEqualTo(MOMENT.atZone(ZONE));
    assertThat(get(Timestamp.class)).isEqualTo(Timestamp.from(MOMENT));
    assertThat(get(java.util.Date.class)).isEqualTo(Timestamp.from(MOMENT));
    assertThat(get(Calendar.class).getTimeInMillis()).isEqualTo(MOMENT.toEpochMilli());
    assertThat(get(Instant.class)).isEqualTo(MOMENT);
    assertThat(get(java.sql.Date.class).getTime())
        .isEqualTo(LocalDate.of(2026, 3, 2).atStartOfDay(ZONE).toInstant().toEpochMilli());
  }

  private <T> T get(Class<T> type) throws SQLException {
    return values.toObject(MOMENT, JdbcType.TIMESTAMP, type);
  }

  /** A calendar's zone goes before the connection's where a day or a time of day is made. */
  @Test
  void aCalendarSaysTheZone() throws SQLException {
    Values utc = values.in(new GregorianCalendar(TimeZone.getTimeZone("UTC")));
    assertThat(utc.toDate(MOMENT).getTime())
        .isEqualTo(Instant.parse("2026-03-01T00:00:00Z").toEpochMilli());
    assertThat(utc.toTimestamp(MOMENT)).isEqualTo(values.toTimestamp(MOMENT));
    assertThat(utc.toTime(MOMENT).getTime()).isEqualTo(((20 * 60 + 30) * 60 + 5) * 1000L + 120);
    assertThat(values.in(null)).isSameAs(values);
  }

  @Test
  void objectsAreOfTheClassesThatMetadataNames() throws SQLException {
    Object[] each = {true, (short) 3, 4, 5L, 1.5f, 2.5, DAY, MOMENT, "text"};
    for (int i = 0; i < each.length; i++) {
      JdbcType type = JdbcType.values()[i];
      assertThat(values.toObject(each[i], type)).isInstanceOf(type.objectClass());
      assertThat(values.toObject(each[i], type, Object.class)).isInstanceOf(type.objectClass());
    }
    assertThat(values.toObject(7L, JdbcType.BIGINT, BigInteger.class)).isEqualTo(7);
    assertThat(values.toObject("ü", JdbcType.STRING, byte[].class)).hasSize(2);
    assertThatThrownBy(() -> values.toObject(7L, JdbcType.BIGINT, java.util.UUID.class))
        .isInstanceOf(SQLFeatureNotSupportedException.class)
        .hasMessageContaining("java.lang.Long");
  }
}
