package io.holdfast.jdbc.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

/** What setters make of values: the class says the type, and nothing is cut on its way. */
class ParameterReaderTest {
  private static final Instant MOMENT = Instant.parse("2026-03-01T20:30:05.120Z");
  private final ParameterReader reader = new ParameterReader(new Values(ZoneId.of("Asia/Tokyo")));

  @Test
  void theClassSaysTheType() throws SQLException {
    assertThat(reader.of(true)).isEqualTo(new Parameter(JdbcType.BOOL, true));
    assertThat(reader.of((byte) 3)).isEqualTo(new Parameter(JdbcType.SMALLINT, (short) 3));
    assertThat(reader.of(4)).isEqualTo(new Parameter(JdbcType.INT, 4));
    assertThat(reader.of(5L)).isEqualTo(new Parameter(JdbcType.BIGINT, 5L));
    assertThat(reader.of(1.5f)).isEqualTo(new Parameter(JdbcType.FLOAT, 1.5f));
    assertThat(reader.of(2.5)).isEqualTo(new Parameter(JdbcType.DOUBLE, 2.5));
    assertThat(reader.of('x')).isEqualTo(new Parameter(JdbcType.STRING, "x"));
    assertThat(reader.of(JdbcType.BOOL)).isEqualTo(new Parameter(JdbcType.STRING, "BOOL"));
    assertThat(reader.of(BigInteger.TEN)).isEqualTo(new Parameter(JdbcType.BIGINT, 10L));
    assertThat(reader.of(new BigDecimal("1.10"))).isEqualTo(new Parameter(JdbcType.DOUBLE, 1.1));
    assertThat(reader.of(null)).isEqualTo(new Parameter(JdbcType.STRING, null));
  }

  @Test
  void everyClassOfTimeIsADayOrAMoment() throws SQLException {
    LocalDate day = LocalDate.of(2026, 3, 2);
    assertThat(reader.of(day)).isEqualTo(new Parameter(JdbcType.DATE, day));
    assertThat(reader.of(new Date(MOMENT.toEpochMilli())))
        .isEqualTo(new Parameter(JdbcType.DATE, day));
    Parameter moment = new Parameter(JdbcType.TIMESTAMP, MOMENT);
    for (Object time :
        List.of(
            MOMENT,
            MOMENT.plusNanos(999),
            Timestamp.from(MOMENT),
            new java.util.Date(MOMENT.toEpochMilli()),
            OffsetDateTime.parse("2026-03-01T21:30:05.120+01:00"),
            MOMENT.atZone(ZoneId.of("UTC")),
            LocalDateTime.parse("2026-03-02T05:30:05.120"),
            GregorianCalendar.from(MOMENT.atZone(ZoneId.of("UTC"))))) {
      assertThat(reader.of(time)).as(time.getClass().getName()).isEqualTo(moment);
    }
    GregorianCalendar utc = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
    assertThat(reader.date(new Date(MOMENT.toEpochMilli()), utc).value())
        .isEqualTo(LocalDate.of(2026, 3, 1));
    assertThat(reader.date(null, null)).isEqualTo(new Parameter(JdbcType.DATE, null));
    assertThat(reader.timestamp(null)).isEqualTo(new Parameter(JdbcType.TIMESTAMP, null));
  }

  @Test
  void aTypeThatIsNamedIsKeptTo() throws SQLException {
    assertThat(reader.of("17", Types.BIGINT)).isEqualTo(new Parameter(JdbcType.BIGINT, 17L));
    assertThat(reader.of(17, Types.SMALLINT))
        .isEqualTo(new Parameter(JdbcType.SMALLINT, (short) 17));
    assertThat(reader.of(1, Types.BOOLEAN)).isEqualTo(new Parameter(JdbcType.BOOL, true));
    assertThat(reader.of(17, Types.VARCHAR)).isEqualTo(new Parameter(JdbcType.STRING, "17"));
    assertThat(reader.of("2026-03-01", Types.DATE).value()).isEqualTo(LocalDate.of(2026, 3, 1));
    assertThat(reader.of(5, Types.TIMESTAMP).value()).isEqualTo(Instant.ofEpochMilli(5));
    assertThat(reader.of(17, Types.OTHER)).isEqualTo(new Parameter(JdbcType.INT, 17));
    assertThat(reader.of(null, Types.INTEGER)).isEqualTo(new Parameter(JdbcType.INT, null));
    assertThat(reader.none(Types.NULL)).isEqualTo(new Parameter(JdbcType.STRING, null));
  }

  @Test
  void nothingIsCutOrBent() {
    assertThatThrownBy(() -> reader.of(40_000, Types.SMALLINT))
        .isInstanceOf(SQLDataException.class);
    assertThatThrownBy(() -> reader.of(1.5, Types.INTEGER))
        .isInstanceOf(SQLDataException.class)
        .hasMessageContaining("not whole");
    assertThatThrownBy(() -> reader.of("1.5", Types.BIGINT)).isInstanceOf(SQLDataException.class);
    assertThatThrownBy(() -> reader.of(new BigDecimal("1.00000000000000000001")))
        .isInstanceOf(SQLDataException.class)
        .hasMessageContaining("more digits");
    assertThatThrownBy(() -> reader.of(BigInteger.ONE.shiftLeft(64)))
        .isInstanceOf(SQLDataException.class);
  }

  @Test
  void whatHasNoColumnIsRefused() {
    assertThatThrownBy(() -> reader.of(new Time(0)))
        .isInstanceOf(SQLFeatureNotSupportedException.class)
        .hasMessageContaining("java.sql.Time");
    assertThatThrownBy(() -> reader.of(new byte[1]))
        .isInstanceOf(SQLFeatureNotSupportedException.class);
    assertThatThrownBy(() -> reader.none(Types.BLOB))
        .isInstanceOf(SQLFeatureNotSupportedException.class);
  }
}
