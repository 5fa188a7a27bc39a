package io.holdfast.protocol.model;

/**
 * What a tablet tells the nameservers about one of its replicas.
 *
 * @param id the partition
 * @param uid identity of the copy
 * @param role what it does
 * @param term highest term it knows
 * @param version configuration it leads under; 0 unless it leads
 * @param active whether it leads and its term's first record is committed
 * @param steppedDown whether it led in {@code term} and gave up, so that the term is over
 * @param flags what is wrong with it
 * @param lastOffset its newest record
 * @param commit its commit offset
 * @param applied what its engine holds
 * @param rows entries in the first index
 * @param bytes memory the rows take
 * @param catchUp how it gets what it lacks
 * @param snapshotOffset offset of its newest snapshot; 0 without one
 * @param diskBytes what its log and snapshots take on the disk
 * @param alterations version of the table's alterations that its rows are kept by
 * @param filled while it leads, and since it does: the added indexes of this version of the
 *     alterations can find all rows that this partition has; 0 before it has seen to that
 */
public record ReplicaStatus(
    PartitionId id,
    ReplicaUid uid,
    Role role,
    long term,
    long version,
    boolean active,
    boolean steppedDown,
    ReplicaFlags flags,
    long lastOffset,
    long commit,
    long applied,
    long rows,
    long bytes,
    CatchUp catchUp,
    long snapshotOffset,
    long diskBytes,
    int alterations,
    int filled) {}
