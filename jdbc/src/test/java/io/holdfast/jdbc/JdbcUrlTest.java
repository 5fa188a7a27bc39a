package io.holdfast.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a URL means, and what is said to one that means nothing. */
class JdbcUrlTest {
  private static ConnectionSettings settings(String rest) throws SQLException {
    return ConnectionSettings.of(JdbcUrl.parse("jdbc:holdfast:" + rest, new Properties()));
  }

  @Test
  void hostsDatabaseAndOptionsAreRead() throws SQLException {
    ConnectionSettings settings =
        settings(
            "//a:1, b:2/my%20db?zk=z:1,z:2&zkPath=/other&requestTimeoutMillis=5&timeZone=UTC"
                + "&batchWindow=7&readOnly=true");
    assertThat(settings.address().hosts()).containsExactly("a:1", "b:2");
    assertThat(settings.database()).isEqualTo("my db");
    assertThat(settings.address().zooKeeper()).isEqualTo("z:1,z:2");
    assertThat(settings.address().zooKeeperPath()).isEqualTo("/other");
    assertThat(settings.requestTimeout()).isEqualTo(Duration.ofMillis(5));
    assertThat(settings.zone()).isEqualTo(ZoneId.of("UTC"));
    assertThat(settings.batchWindow()).isEqualTo(7);
    assertThat(settings.readOnly()).isTrue();
  }

  @Test
  void whatIsNotGivenHasItsDefault() throws SQLException {
    ConnectionSettings settings = settings("//a:1");
    assertThat(settings.database()).isEmpty();
    assertThat(settings.address().zooKeeper()).isEmpty();
    assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.zone()).isEqualTo(ZoneId.systemDefault());
    assertThat(settings("///db?zk=z:1").address().hosts()).isEmpty();
  }

  /** Properties are options, too; what stands in the URL goes before them. */
  @Test
  void theUrlGoesBeforeTheProperties() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("batchWindow", "3");
    properties.setProperty("timeZone", "UTC");
    properties.setProperty("user", "root");
    ConnectionSettings settings =
        ConnectionSettings.of(JdbcUrl.parse("jdbc:holdfast://a:1/?batchWindow=4", properties));
    assertThat(settings.batchWindow()).isEqualTo(4);
    assertThat(settings.zone()).isEqualTo(ZoneId.of("UTC"));
    assertThat(settings.user()).isEqualTo("root");
  }

  @ParameterizedTest
  @CsvSource({
    "'//a:1/db?requestTimeoutMilis=5', did you mean requestTimeoutMillis?",
    "'//a:1/db?ssl=true', Known are",
    "'//a:1/db?readOnly', option=value",
    "'//a:1/db?readOnly=yes', true or false",
    "'//a:1/db?batchWindow=0', from 1 to 4096",
    "'//a:1/db?batchWindow=x', not 'x'",
    "'//a:1/db?timeZone=Mars', Europe/Berlin",
    "'//a:1/db?zkPath=x', begins with a /",
    "'//a/db', not a host:port: a",
    "'//a:99999/db', not a host:port",
    "'//a:1/db/more', no / in its name",
    "'//a:1/db?user=%zz', not encoded",
    "'///db', give a host:port",
    "'a:1/db', looks like jdbc:holdfast://",
  })
  void whatMeansNothingIsExplained(String rest, String words) {
    assertThatThrownBy(() -> settings(rest))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(words)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo("22023");
  }

  /** The driver is found without being named, and leaves other drivers' URLs alone. */
  @Test
  void theDriverManagerKnowsTheDriver() throws SQLException {
    assertThat(DriverManager.getDriver("jdbc:holdfast://a:1/db"))
        .isInstanceOf(HoldfastDriver.class);
    HoldfastDriver driver = new HoldfastDriver();
    assertThat(driver.acceptsURL("jdbc:other://a:1/db")).isFalse();
    assertThat(driver.acceptsURL(null)).isFalse();
    assertThat(driver.connect("jdbc:other://a:1/db", new Properties())).isNull();
    assertThat(driver.jdbcCompliant()).isFalse();
  }

  @Test
  void everyOptionIsDescribed() {
    Properties given = new Properties();
    given.setProperty("batchWindow", "9");
    DriverPropertyInfo[] infos = new HoldfastDriver().getPropertyInfo("jdbc:holdfast://a:1", given);
    assertThat(Arrays.stream(infos).map(info -> info.name)).isEqualTo(ConnectionOption.words());
    assertThat(infos).allSatisfy(info -> assertThat(info.description).isNotBlank());
    List<String> values =
        Arrays.stream(infos).filter(i -> i.name.equals("batchWindow")).map(i -> i.value).toList();
    assertThat(values).containsExactly("9");
  }
}
