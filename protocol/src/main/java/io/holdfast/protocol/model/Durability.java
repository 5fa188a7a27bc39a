package io.holdfast.protocol.model;

/** When a copy says that it has a record. */
public enum Durability {
  /** When the disk has confirmed it: nothing that the copy said is forgotten without power. */
  FSYNC,
  /**
   * When the operating system has it: it outlives the process, but not the machine. A copy whose
   * machine lost power counts for nothing until it was brought up to date.
   */
  OS
}
