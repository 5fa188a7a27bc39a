package io.holdfast.tablet.storage;

/**
 * A version of a key.
 *
 * @param ts its time
 * @param offset of the log record that wrote it; its version number
 * @param value the row; shared with the engine, must not be changed
 */
public record Entry(long ts, long offset, byte[] value) {}
