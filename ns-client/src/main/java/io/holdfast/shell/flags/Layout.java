package io.holdfast.shell.flags;

/** Which columns the tables for readers have. */
public enum Layout {
  /** Those of the operators' handbook: {@code showtable} with ttl and compress_type. */
  HANDBOOK,
  /** Those of OpenMLDB 0.9, which its operations script reads by position. */
  V0_9
}
