package io.holdfast.shell.command;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The {@code name=value} form of a data command. */
final class NamedArguments {
  private final Map<String, String> values = new HashMap<>();

  private NamedArguments() {}

  /** Whether the words behind the command have this form. */
  static boolean used(List<String> words) {
    return words.size() > 1 && words.get(1).startsWith("table_name=");
  }

  static NamedArguments of(List<String> words) {
    NamedArguments arguments = new NamedArguments();
    for (String word : words.subList(1, words.size())) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        arguments.values.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return arguments;
  }

  /** The value; empty when it was not given. */
  String get(String name) {
    return values.getOrDefault(name, "");
  }

  boolean has(String... names) {
    return values.keySet().containsAll(List.of(names));
  }
}
