package io.holdfast.shell.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {
  /** Shows the reference's own example of a table, byte by byte. */
  @Test
  void columnsHaveTwoSpacesBeforeThem() {
    assertThat(
            new ColumnPrinter(256)
                .print(List.of("key", "value"), List.of(List.of("auto_failover", "false"))))
        .containsExactly(
            "  key            value", "------------------------", "  auto_failover  false");
  }

  /** Shows that header and ruler stand alone without rows, and that an empty cell is a dash. */
  @Test
  void emptyTableAndEmptyCell() {
    assertThat(new ColumnPrinter(256).print(List.of("#", "name"), List.of()))
        .containsExactly("  #  name", "-----------");
    assertThat(new ColumnPrinter(256).print(List.of("a", "b"), List.of(List.of("", "x"))))
        .containsExactly("  a  b", "--------", "  -  x");
  }

  /** Shows that long cells are cut to so many bytes, and never inside a character. */
  @Test
  void longCellsAreCut() {
    assertThat(
            new ColumnPrinter(4)
                .print(List.of("a"), List.of(List.of("abcdef"), List.of("ab\u6570"))))
        .containsExactly("  a   ", "--------", "  abcd", "  ab  ");
  }

  /** Shows the reference's own example of a schema. */
  @Test
  void schemaHasRulersAroundIt() {
    List<String> lines =
        RuledTable.print(
            List.of("#", "Field", "Type", "Null", "Default"),
            List.of(List.of("1", "c1", "Varchar", "YES", "")));
    assertThat(lines.stream().map(String::stripTrailing))
        .containsExactly(
            " --- ------- --------- ------ ---------",
            "  #   Field   Type      Null   Default",
            " --- ------- --------- ------ ---------",
            "  1   c1      Varchar   YES",
            " --- ------- --------- ------ ---------");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.000",
    "498, 498.000",
    "9347, 9.128 K",
    "1023, 1023.000",
    "1024, 1.000 K",
    "1048576, 1.000 M",
    "1099511627776, 1.000 T"
  })
  void sizes(long bytes, String text) {
    assertThat(HumanNumbers.size(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0ms",
    "12, 12ms",
    "35999, 35s",
    "420000, 7m",
    "10800000, 3h",
    "86400000, 1d",
    "172799999, 1d"
  })
  void durations(long millis, String text) {
    assertThat(HumanNumbers.duration(millis)).isEqualTo(text);
  }

  /** Shows that texts are escaped and that null, numbers and booleans keep their kinds. */
  @Test
  void json() {
    assertThat(
            JsonText.of(
                new Fields()
                    .put("a", null)
                    .put("b", Arrays.asList(1L, 2.5, true, Double.NaN))
                    .put("c", "q\"\\\n\u0001")
                    .map()))
        .isEqualTo("{\"a\":null,\"b\":[1,2.5,true,null],\"c\":\"q\\\"\\\\\\n\\u0001\"}");
  }
}
