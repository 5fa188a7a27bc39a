package io.holdfast.sql.parse;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement.IndexDefinition;
import io.holdfast.sql.ast.Statement.TtlKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** An index: its key, its ts column, and when its entries are too old. For one index. */
final class IndexParser {
  private static final long MINUTES_PER_HOUR = 60;
  private static final long MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR;

  private final TokenStream in;
  private final Set<String> seen = new HashSet<>();
  private List<String> keyColumns = List.of();
  private Optional<String> tsColumn = Optional.empty();
  private Optional<TtlKind> kind = Optional.empty();
  private final List<Age> ages = new ArrayList<>();

  /** A limit: with a unit it is an age in minutes, without one it depends on TTL_TYPE. */
  private record Age(long number, boolean hasUnit) {}

  IndexParser(TokenStream in) {
    this.in = in;
  }

  /** What stands behind INDEX in a CREATE TABLE. */
  IndexDefinition inTable() throws SqlException {
    Optional<String> name =
        in.kind() == TokenKind.OPEN ? Optional.empty() : Optional.of(in.name("("));
    in.expect(TokenKind.OPEN, "( behind INDEX");
    options();
    if (keyColumns.isEmpty()) {
      throw in.fault("INDEX needs KEY = column or KEY = (column, ...)");
    }
    return definition(name);
  }

  /** What stands behind ON table in a CREATE INDEX. */
  IndexDefinition onTable(String name) throws SqlException {
    in.expect(TokenKind.OPEN, "( before the columns of the key");
    keyColumns = columns();
    seen.add("key");
    if (in.accept("OPTIONS")) {
      in.expect(TokenKind.OPEN, "( behind OPTIONS");
      options();
    }
    return definition(Optional.of(name));
  }

  private void options() throws SqlException {
    do {
      String option = in.option("KEY, TS, TTL or TTL_TYPE");
      if (!seen.add(option)) {
        throw in.fault("an index has " + option.toUpperCase(Locale.ROOT) + " only once");
      }
      in.expect(TokenKind.EQUAL, "= behind " + option.toUpperCase(Locale.ROOT));
      switch (option) {
        case "key" ->
            keyColumns =
                in.accept(TokenKind.OPEN) ? columns() : List.of(in.name("the name of a column"));
        case "ts" -> tsColumn = Optional.of(in.name("the name of a column"));
        case "ttl" -> ttl();
        case "ttl_type" -> kind = Optional.of(kind());
        default -> throw in.fault("an index has KEY, TS, TTL and TTL_TYPE, not " + option);
      }
    } while (in.accept(TokenKind.COMMA));
    in.expect(TokenKind.CLOSE, ") behind the options of the index");
  }

  private List<String> columns() throws SqlException {
    List<String> columns = new ArrayList<>();
    do {
      columns.add(in.name("the name of a column"));
    } while (in.accept(TokenKind.COMMA));
    in.expect(TokenKind.CLOSE, ") behind the columns");
    return columns;
  }

  private TtlKind kind() throws SqlException {
    String word = in.kind() == TokenKind.STRING ? in.string("") : in.option("a kind of TTL");
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "absolute" -> TtlKind.ABSOLUTE;
      case "latest" -> TtlKind.LATEST;
      case "absandlat" -> TtlKind.ABSANDLAT;
      case "absorlat" -> TtlKind.ABSORLAT;
      default -> throw in.fault("TTL_TYPE is absolute, latest, absandlat or absorlat, not " + word);
    };
  }

  private void ttl() throws SqlException {
    if (!in.accept(TokenKind.OPEN)) {
      ages.add(age());
      return;
    }
    ages.add(age());
    in.expect(TokenKind.COMMA, ", between the age and the number of versions");
    ages.add(age());
    in.expect(TokenKind.CLOSE, ") behind TTL");
  }

  private Age age() throws SqlException {
    if (in.kind() != TokenKind.NUMBER) {
      throw in.expected("a limit such as 10m, 2h, 7d or a number");
    }
    String text = in.text().toLowerCase(Locale.ROOT);
    char unit = text.charAt(text.length() - 1);
    boolean hasUnit = unit < '0' || unit > '9';
    long factor =
        switch (unit) {
          case 'd' -> MINUTES_PER_DAY;
          case 'h' -> MINUTES_PER_HOUR;
          default -> 1;
        };
    try {
      if (hasUnit && "mhd".indexOf(unit) < 0) {
        throw new NumberFormatException();
      }
      long number = Long.parseLong(hasUnit ? text.substring(0, text.length() - 1) : text);
      Age age = new Age(Math.multiplyExact(number, factor), hasUnit);
      in.skip();
      return age;
    } catch (NumberFormatException | ArithmeticException e) {
      throw in.fault(
          "a TTL is a number of versions, or minutes, hours or days such as 10m, 2h, 7d");
    }
  }

  private IndexDefinition definition(Optional<String> name) throws SqlException {
    TtlKind ttlKind = kind.orElse(TtlKind.ABSOLUTE);
    OptionalLong minutes = OptionalLong.empty();
    OptionalLong latest = OptionalLong.empty();
    for (int i = 0; i < ages.size(); i++) {
      Age age = ages.get(i);
      boolean isVersions = ttlKind == TtlKind.LATEST || i == 1;
      if (isVersions && age.hasUnit()) {
        throw in.fault("a number of versions has no unit");
      }
      if (isVersions) {
        latest = OptionalLong.of(age.number());
      } else {
        minutes = OptionalLong.of(age.number());
      }
    }
    boolean isPair = ttlKind == TtlKind.ABSANDLAT || ttlKind == TtlKind.ABSORLAT;
    if (ages.size() == 2 && !isPair || ages.size() == 1 && isPair) {
      throw in.fault(
          "TTL = (age, versions) goes with TTL_TYPE absandlat and absorlat, and only so");
    }
    return new IndexDefinition(name, keyColumns, tsColumn, ttlKind, minutes, latest);
  }
}
