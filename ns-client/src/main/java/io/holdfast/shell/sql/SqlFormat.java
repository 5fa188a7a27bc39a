package io.holdfast.shell.sql;

/** How results are printed. */
public enum SqlFormat {
  TABLE,
  JSON,
  CSV
}
