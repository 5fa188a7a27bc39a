package io.holdfast.common.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Hands a server's configuration class its values while that class declares what its settings are.
 *
 * <p>Each call declares one setting and returns the value in force, so a declaration and its use
 * cannot drift apart:
 *
 * <pre>{@code
 * final class TabletConfig {
 *   final int port;
 *
 *   TabletConfig(SettingsReader in) {
 *     port = in.integer("port", 10921, 1, 65535, Unit.NONE, "Port to serve on.");
 *   }
 * }
 * }</pre>
 *
 * <p>A bad value does not throw here: it is noted, the default is returned in its place, and {@link
 * Settings#load} throws once with everything that is wrong. A configuration class therefore has no
 * side effects and checks relations between its settings with {@link #require}.
 *
 * <p>Not thread-safe.
 */
public final class SettingsReader {
  static final String FLAG_FILE = "flagfile";

  private final Map<String, String> given;
  private final Map<String, Setting> declared = new LinkedHashMap<>();
  private final Map<String, String> accepted = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  SettingsReader(Map<String, String> given) {
    this.given = given;
  }

  /** A text that may be anything, also empty. */
  public String text(String name, String defaultValue, String description) {
    return text(name, defaultValue, value -> true, "any text", description);
  }

  /**
   * A text with a rule.
   *
   * @param check whether a value may be used; the default is not asked
   * @param allowed the rule in words, such as {@code host:port}
   */
  public String text(
      String name,
      String defaultValue,
      Predicate<String> check,
      String allowed,
      String description) {
    String value = given.get(name);
    if (value != null && !check.test(value)) {
      refuse(name, value, allowed);
      value = null;
    }
    String inForce = value == null ? defaultValue : value;
    declare(
        new Setting(
            name, Setting.Kind.TEXT, Unit.NONE, allowed, defaultValue, inForce, description));
    return inForce;
  }

  /** A text that somebody must set. Empty while it is missing. */
  public String requiredText(
      String name, Predicate<String> check, String allowed, String description) {
    String value = given.get(name);
    if (value == null || value.isEmpty()) {
      problems.add(name + " is not set; it must be " + allowed);
      value = null;
    } else if (!check.test(value)) {
      refuse(name, value, allowed);
      value = null;
    }
    declare(new Setting(name, Setting.Kind.TEXT, Unit.NONE, allowed, null, value, description));
    return value == null ? "" : value;
  }

  /** A whole number within bounds, both included. */
  public int integer(
      String name, int defaultValue, int min, int max, Unit unit, String description) {
    return Math.toIntExact(number(name, defaultValue, min, max, unit, description));
  }

  /** A whole number within bounds, both included. */
  public long number(
      String name, long defaultValue, long min, long max, Unit unit, String description) {
    if (defaultValue < min || defaultValue > max) {
      throw new IllegalArgumentException(name + ": the default is out of its own bounds");
    }
    String allowed = unit.behind(min + " to " + max);
    String value = given.get(name);
    long inForce = defaultValue;
    if (value != null) {
      Long parsed = parse(value);
      if (parsed == null || parsed < min || parsed > max) {
        refuse(name, value, allowed);
      } else {
        inForce = parsed;
      }
    }
    declare(
        new Setting(
            name,
            Setting.Kind.NUMBER,
            unit,
            allowed,
            Long.toString(defaultValue),
            Long.toString(inForce),
            description));
    return inForce;
  }

  /** Yes or no. On the command line {@code --name} and {@code --noname} do as well. */
  public boolean flag(String name, boolean defaultValue, String description) {
    String allowed = "true or false";
    String value = given.get(name);
    boolean inForce = defaultValue;
    if (value != null) {
      switch (value.toLowerCase(Locale.ROOT)) {
        case "true", "t", "yes", "y", "1" -> inForce = true;
        case "false", "f", "no", "n", "0" -> inForce = false;
        default -> refuse(name, value, allowed);
      }
    }
    declare(
        new Setting(
            name,
            Setting.Kind.FLAG,
            Unit.NONE,
            allowed,
            Boolean.toString(defaultValue),
            Boolean.toString(inForce),
            description));
    return inForce;
  }

  /** One constant of an enum, written in lower case. */
  public <E extends Enum<E>> E choice(String name, E defaultValue, String description) {
    E[] constants = defaultValue.getDeclaringClass().getEnumConstants();
    String allowed =
        Arrays.stream(constants).map(SettingsReader::lower).collect(Collectors.joining(", "));
    String value = given.get(name);
    E inForce = defaultValue;
    if (value != null) {
      E match =
          Arrays.stream(constants)
              .filter(constant -> lower(constant).equals(value))
              .findFirst()
              .orElse(null);
      if (match == null) {
        refuse(name, value, "one of " + allowed);
      } else {
        inForce = match;
      }
    }
    declare(
        new Setting(
            name,
            Setting.Kind.CHOICE,
            Unit.NONE,
            "one of " + allowed,
            lower(defaultValue),
            lower(inForce),
            description));
    return inForce;
  }

  /**
   * Takes a name that has no effect here, so that a command line written for OpenMLDB still starts.
   *
   * @param reason why it has no effect; printed when it is given
   */
  public void acceptWithoutEffect(String name, String reason) {
    accepted.put(name, reason);
  }

  /**
   * Checks a relation between settings.
   *
   * @param message what must hold, naming the settings concerned
   */
  public void require(boolean holds, String message) {
    if (!holds) {
      problems.add(message);
    }
  }

  Map<String, Setting> declared() {
    return declared;
  }

  Map<String, String> accepted() {
    return accepted;
  }

  List<String> problems() {
    return problems;
  }

  private void declare(Setting setting) {
    Unit.announcedBy(setting.name())
        .filter(unit -> unit != setting.unit())
        .ifPresent(
            unit -> {
              throw new IllegalArgumentException(
                  setting.name() + " announces " + unit + " but counts " + setting.unit());
            });
    if (declared.put(setting.name(), setting) != null) {
      throw new IllegalArgumentException(setting.name() + " is declared twice");
    }
  }

  private void refuse(String name, String value, String allowed) {
    problems.add(name + " is \"" + value + "\"; allowed: " + allowed);
  }

  private static Long parse(String value) {
    try {
      return Long.valueOf(value.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
