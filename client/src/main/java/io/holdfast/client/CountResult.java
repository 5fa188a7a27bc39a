package io.holdfast.client;

/**
 * Answer of a count.
 *
 * @param version offset of the newest record of the partition that the answer reflects; 0 when
 *     unknown
 */
public record CountResult(long count, long version) {}
