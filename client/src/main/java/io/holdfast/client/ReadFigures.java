package io.holdfast.client;

/**
 * How reads that any replica may answer went, since the client was made.
 *
 * @param atReplicas answered by the replica whose turn it was, leaders included
 * @param behind replicas that had not applied what was seen, or were too old, so that the leader
 *     was asked
 * @param unanswered replicas that did not answer, so that somebody else was asked
 * @param atLeader answered by the leader after another replica could not
 */
public record ReadFigures(long atReplicas, long behind, long unanswered, long atLeader) {}
