package io.holdfast.common.config;

/**
 * One declared setting: what an operator needs to know to use it, and the value in force.
 *
 * @param name as in the configuration file and, behind two dashes, on the command line
 * @param kind what a value looks like
 * @param unit what a number counts
 * @param allowed the allowed values in words, such as {@code 1 to 65535}
 * @param defaultValue used when nobody sets it; null when somebody must
 * @param value the value in force; null while a required one is missing
 * @param description one sentence for an operator
 */
public record Setting(
    String name,
    Kind kind,
    Unit unit,
    String allowed,
    String defaultValue,
    String value,
    String description) {

  /** What a value looks like. Only a flag may stand on the command line without a value. */
  public enum Kind {
    TEXT,
    NUMBER,
    FLAG,
    CHOICE
  }

  /** Whether the value in force differs from the default. */
  public boolean isChanged() {
    return value != null && !value.equals(defaultValue);
  }
}
