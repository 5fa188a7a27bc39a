package io.holdfast.protocol.model;

/**
 * A partition of a table.
 *
 * @param tid table id, unique for ever within a cluster
 * @param pid number of the partition within its table, from 0
 */
public record PartitionId(int tid, int pid) implements Comparable<PartitionId> {
  @Override
  public int compareTo(PartitionId other) {
    int byTable = Integer.compare(tid, other.tid);
    return byTable != 0 ? byTable : Integer.compare(pid, other.pid);
  }

  @Override
  public String toString() {
    return tid + "_" + pid;
  }
}
