package io.holdfast.protocol.model;

/** Whether a tablet is about to end, and how. In the order of what it asks for. */
public enum Departure {
  /** It stays. */
  NONE,
  /** It stops and will come back: its leaderships go to others, it stays in its in-sync sets. */
  STOPPING,
  /** It leaves: its leaderships go to others, and it out of every in-sync set. */
  LEAVING
}
