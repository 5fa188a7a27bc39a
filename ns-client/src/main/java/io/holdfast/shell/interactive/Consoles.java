package io.holdfast.shell.interactive;

import io.holdfast.shell.Completions;
import io.holdfast.shell.LineSource;
import java.util.Map;

/** Opens the line editor. Whoever runs one command only never loads its classes. */
public final class Consoles {
  private Consoles() {}

  /**
   * @param variables the process's environment; says where the history goes
   */
  public static LineSource open(Map<String, String> variables, Completions completions) {
    return JLineConsole.open(HistoryFile.prepare(variables), completions);
  }
}
