package io.holdfast.tablet.snapshot;

import io.holdfast.protocol.row.Column;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.PartitionHash;
import io.holdfast.protocol.row.TableSchema;
import java.nio.charset.StandardCharsets;

/**
 * What a snapshot is of.
 *
 * @param clusterId the cluster
 * @param tid table
 * @param pid partition
 * @param schema {@link #fingerprint} of the table's columns and indexes
 * @param term of the last record that the state includes
 * @param offset of that record
 * @param logTimeMillis of the state
 */
public record SnapshotHeader(
    String clusterId, int tid, int pid, long schema, long term, long offset, long logTimeMillis) {

  /**
   * A number that differs when rows or keys would mean something else. What may be altered without
   * touching what is stored, such as the age at which rows expire, is not in it.
   */
  public static long fingerprint(TableSchema schema) {
    StringBuilder text = new StringBuilder();
    for (Column column : schema.columns()) {
      text.append("column ").append(column.name()).append(' ').append(column.type());
      text.append(column.notNull() ? " not null\n" : "\n");
    }
    for (IndexDef index : schema.indexes()) {
      text.append("index ").append(index.name()).append(' ').append(index.keyColumns());
      text.append(" by ").append(index.tsColumn()).append(index.live() ? "\n" : " deleted\n");
    }
    return PartitionHash.hash(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Whether a snapshot with the other's header can be a state of the same partition. */
  boolean isOfSamePartition(SnapshotHeader other) {
    return clusterId.equals(other.clusterId)
        && tid == other.tid
        && pid == other.pid
        && schema == other.schema;
  }

  @Override
  public String toString() {
    return String.format(
        "partition %d/%d of cluster %s, schema %016x, term %d, offset %d",
        tid, pid, clusterId, schema, term, offset);
  }
}
