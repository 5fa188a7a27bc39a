package io.holdfast.common.config;

import java.util.List;

/**
 * The settings cannot be used. The message lists everything that is wrong, because an operator who
 * repairs one line at a time restarts the server once per mistake.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Only a message: the list itself need not be serializable. */
  private final transient List<String> problems;

  public ConfigException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence per mistake, in the order in which they were found. */
  public List<String> problems() {
    return problems == null ? List.of(getMessage()) : problems;
  }
}
