package io.holdfast.client;

/**
 * Answer of a get. The array must not be changed.
 *
 * @param found whether there is such a row
 * @param ts the row's time in milliseconds; 0 when not found
 * @param row the row's bytes; empty when not found
 * @param version offset of the newest record of the partition that the answer reflects; 0 when
 *     unknown
 */
public record GetResult(boolean found, long ts, byte[] row, long version) {}
