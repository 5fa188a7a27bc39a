package io.holdfast.shell;

import java.util.List;

/** What the Tab key offers. */
@FunctionalInterface
public interface Completions {
  /** Candidates for the next word of a line. */
  List<String> after(List<String> words);
}
