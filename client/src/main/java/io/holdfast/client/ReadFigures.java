package io.holdfast.client;

/**
 * How reads that any replica may answer went, since the client was made.
 *
 * @param atReplicas answered by the replica whose turn it was, leaders included
 * @param behind replicas that had not applied what was seen, or were too old, so that the leader
 *     was asked
 * @param unanswered replicas that did not answer, so that somebody else was asked
 * @param atLeader answered by the leader after another replica could not
 * @param hedged reads for which a second replica was asked because the first took too long ({@link
 *     ReadOptions#hedgeAfter}); whatever their two questions came to is counted above as well
 * @param hedgesWon those of them that the second question answered
 */
public record ReadFigures(
    long atReplicas, long behind, long unanswered, long atLeader, long hedged, long hedgesWon) {}
