package io.holdfast.tablet.storage;

/**
 * What a step of garbage collection did.
 *
 * @param removed entries that were too old
 * @param roundDone whether all keys of all indexes have now been looked at; the next step begins
 *     anew
 */
public record GcResult(long removed, boolean roundDone) {}
