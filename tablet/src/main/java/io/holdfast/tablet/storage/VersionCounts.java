package io.holdfast.tablet.storage;

/** The versions of one key, as far as it takes to say which are too old. */
interface VersionCounts {
  /** How many there are. */
  int size();

  /** How many have a time below ts. They are the oldest. */
  int lowerBound(long ts);

  /** The era of ages that they were judged by last, see {@link TtlEras}. */
  int era();
}
