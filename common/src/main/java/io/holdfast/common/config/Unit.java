package io.holdfast.common.config;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a numeric setting counts. Values are always plain numbers; the unit stands in the setting's
 * name, so that a line of a configuration file can be read without its documentation.
 */
public enum Unit {
  /** A bare number, such as a count or a port. */
  NONE("", ""),
  /** Milliseconds. */
  MILLIS("ms", "_millis"),
  /** Seconds. */
  SECONDS("s", "_seconds"),
  /** Bytes. */
  BYTES("bytes", "_bytes"),
  /** Parts of a hundred. */
  PERCENT("%", "_percent");

  private final String symbol;
  private final String suffix;

  Unit(String symbol, String suffix) {
    this.symbol = symbol;
    this.suffix = suffix;
  }

  /** How the unit is written behind a value; empty for {@link #NONE}. */
  public String symbol() {
    return symbol;
  }

  /** The unit that a setting's name announces, if it announces one. */
  static Optional<Unit> announcedBy(String name) {
    return Arrays.stream(values())
        .filter(unit -> !unit.suffix.isEmpty() && name.endsWith(unit.suffix))
        .findFirst();
  }

  String behind(String value) {
    return symbol.isEmpty() ? value : value + " " + symbol;
  }
}
