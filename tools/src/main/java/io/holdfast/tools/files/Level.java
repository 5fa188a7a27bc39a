package io.holdfast.tools.files;

/** How bad something is. The later ones are worse. */
enum Level {
  OK("ok", 0),
  /** Known about, and no reason to do anything. */
  NOTE("note", 0),
  /** The remains of a last write, which nobody was told of: the tablet cuts them off. */
  TORN("torn", 7),
  DAMAGED("DAMAGED", 1);

  private final String word;
  private final int exitCode;

  Level(String word, int exitCode) {
    this.word = word;
    this.exitCode = exitCode;
  }

  String word() {
    return word;
  }

  /** Of a command that found nothing worse. */
  int exitCode() {
    return exitCode;
  }
}
