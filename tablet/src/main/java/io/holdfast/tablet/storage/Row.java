package io.holdfast.tablet.storage;

/** A row in memory, referenced from every index it is in. */
final class Row {
  final byte[] value;
  final long offset;

  /** How many index entries hold it; the engine frees it at 0. */
  int references;

  /** Its number in the last state it was saved with; see {@link SavedRows}, which owns it. */
  int savedAs;

  Row(byte[] value, long offset) {
    this.value = value;
    this.offset = offset;
  }
}
