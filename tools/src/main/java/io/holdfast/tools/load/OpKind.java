package io.holdfast.tools.load;

import java.util.Locale;

/** What can be done to a table under load. */
enum OpKind {
  /** One row of one key. */
  PUT,
  /** The newest row of a key. */
  GET,
  /** The newest rows of a key. */
  SCAN,
  /** The newest row of a key by a prepared SELECT. */
  SELECT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
