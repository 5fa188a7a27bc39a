package io.holdfast.tablet.binlog;

/**
 * Where a term's records begin.
 *
 * @param term the leadership
 * @param startOffset its first offset in this log
 */
public record TermStart(long term, long startOffset) {}
