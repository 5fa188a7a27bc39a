package io.holdfast.jdbc.meta;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pattern of names as JDBC has them: % for any letters, _ for one, and a backslash before what is
 * meant as it stands. Immutable.
 */
final class NamePattern {
  private final String text;
  private final Pattern pattern;

  private NamePattern(String text, Pattern pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /**
   * @param text null for all names
   */
  static NamePattern of(String text) {
    if (text == null) {
      return new NamePattern(null, Pattern.compile(".*", Pattern.DOTALL));
    }
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (letter == '%') {
        regex.append(".*");
      } else if (letter == '_') {
        regex.append('.');
      } else {
        boolean escape = letter == '\\' && i + 1 < text.length();
        char meant = escape ? text.charAt(++i) : letter;
        regex.append(Pattern.quote(String.valueOf(meant)));
      }
    }
    return new NamePattern(text, Pattern.compile(regex.toString(), Pattern.DOTALL));
  }

  /** A name that is meant as it stands. */
  static NamePattern exactly(String name) {
    return name == null
        ? of(null)
        : new NamePattern(name, Pattern.compile(Pattern.quote(name), Pattern.DOTALL));
  }

  boolean matches(String name) {
    return pattern.matcher(name).matches();
  }

  /** The only name that it matches, if that is so for certain. */
  Optional<String> onlyName() {
    boolean plain =
        text != null && text.indexOf('%') < 0 && text.indexOf('_') < 0 && text.indexOf('\\') < 0;
    return plain ? Optional.of(text) : Optional.empty();
  }
}
