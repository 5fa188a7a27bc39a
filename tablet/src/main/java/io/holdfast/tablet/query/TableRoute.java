package io.holdfast.tablet.query;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.sql.catalog.TableView;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A table as it is published for clients, and who leads each of its partitions. The leaders are put
 * right by what tablets say. Thread-safe.
 */
final class TableRoute {
  private final TableView view;
  private final AtomicReferenceArray<NodeId> leaders;

  /**
   * @throws SchemaException when it cannot be a table
   */
  TableRoute(TableInfo info) throws SchemaException {
    view = TableView.of(info);
    leaders = new AtomicReferenceArray<>(view.partitions());
    for (TablePartition partition : info.getTablePartitionList()) {
      int pid = partition.getPid();
      if (pid < 0 || pid >= leaders.length()) {
        throw new SchemaException("it has a partition " + Integer.toUnsignedString(pid));
      }
      for (PartitionMeta replica : partition.getPartitionMetaList()) {
        // Whether it is alive is found out by asking.
        if (replica.getIsLeader() && !replica.getEndpoint().isEmpty()) {
          leaders.set(pid, new NodeId(replica.getEndpoint()));
        }
      }
    }
  }

  TableView view() {
    return view;
  }

  /** Who leads a partition; null when nobody is known to. */
  NodeId leader(int pid) {
    return leaders.get(pid);
  }

  /** A tablet says who leads. */
  void learnLeader(int pid, NodeId leader) {
    leaders.set(pid, leader);
  }

  @Override
  public String toString() {
    return view.toString();
  }
}
