package io.holdfast.client;

/**
 * A number over everything that a replica holds. Replicas of one partition that have applied the
 * same records, that is, have the same version, have the same checksum.
 *
 * @param version offset of the last record that the replica has applied
 * @param checksum over keys, versions and rows; rows past their time to live do not count
 * @param rows how many rows the replica holds, those past their time included
 */
public record ReplicaChecksum(long version, long checksum, long rows) {}
