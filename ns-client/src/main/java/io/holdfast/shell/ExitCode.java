package io.holdfast.shell;

/** What the process ends with. The numbers are stable: scripts rely on them. */
public enum ExitCode {
  DONE(0, "done"),
  FAILED(1, "failed"),
  USAGE(2, "wrong usage"),
  UNREACHABLE(3, "cluster not reachable"),
  REFUSED(4, "refused by a safety check"),
  TIMED_OUT(5, "timed out waiting; the outcome of a write is then unknown"),
  NOT_FOUND(6, "not found"),
  INTERRUPTED(130, "interrupted");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  public int number() {
    return number;
  }

  public String meaning() {
    return meaning;
  }
}
