package io.holdfast.nameserver.store;

/**
 * The right to change the truth. It ends when another nameserver takes the epoch node, because then
 * the node has another version, and every transaction begins with a check of it.
 *
 * @param epoch number of the leadership
 * @param token version of the epoch node that this leadership has written
 */
public record Fence(long epoch, int token) {}
