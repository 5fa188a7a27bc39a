package io.holdfast.tablet.rpc;

/**
 * How much one answer may hold, and how long it may take to come about.
 *
 * @param maxRows at least 1
 * @param maxBytes of row values; a single longer row is still answered, alone
 * @param sessionWaitMillis how long a session's read may wait for a replica that is behind
 */
public record ReadSettings(int maxRows, int maxBytes, int sessionWaitMillis) {}
