package io.holdfast.tablet.rpc;

/**
 * How much one answer may hold.
 *
 * @param maxRows at least 1
 * @param maxBytes of row values; a single longer row is still answered, alone
 */
public record ReadSettings(int maxRows, int maxBytes) {}
