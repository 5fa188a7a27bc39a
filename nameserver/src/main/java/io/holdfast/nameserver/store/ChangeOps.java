package io.holdfast.nameserver.store;

import io.holdfast.common.time.Clock;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.protocol.meta.MetaCodec;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;

/** Changes of the truth as operations of one ZooKeeper transaction. */
final class ChangeOps {
  private static final int ANY_VERSION = -1;

  private final ZkPaths paths;
  private final Clock clock;

  ChangeOps(ZkPaths paths, Clock clock) {
    this.paths = paths;
    this.clock = clock;
  }

  /**
   * The operations, in an order in which each finds what it needs.
   *
   * @param configs settings that have a node; the others get one
   */
  List<Op> of(List<MetaChange> changes, Set<String> configs) {
    List<Op> ops = new ArrayList<>();
    for (MetaChange change : changes) {
      add(ops, change, configs);
    }
    return ops;
  }

  private void add(List<Op> ops, MetaChange change, Set<String> configs) {
    if (change instanceof MetaChange.PartitionCreated created) {
      ops.add(
          create(paths.part(created.record().id()), MetaCodec.encodePartition(created.record())));
    } else if (change instanceof MetaChange.PartitionChanged changed) {
      ops.add(
          Op.setData(
              paths.part(changed.record().id()),
              MetaCodec.encodePartition(changed.record()),
              changed.basedOn()));
    } else if (change instanceof MetaChange.TableCreated created) {
      ops.add(create(paths.table(created.table().tid()), MetaCodec.encodeTable(created.table())));
      ops.add(create(paths.parts(created.table().tid()), new byte[0]));
    } else if (change instanceof MetaChange.TableChanged changed) {
      TableSpec table = changed.table();
      byte[] json = MetaCodec.encodeTable(table);
      ops.add(Op.setData(paths.table(table.tid()), json, changed.basedOn()));
    } else if (change instanceof MetaChange.TableDropped dropped) {
      drop(ops, dropped.table());
    } else if (change instanceof MetaChange.DatabaseCreated created) {
      ops.add(
          create(
              paths.db(created.name()),
              NodeJson.encode(new NodeJson.DatabaseNode(created.name()))));
    } else if (change instanceof MetaChange.DatabaseDropped dropped) {
      ops.add(Op.delete(paths.db(dropped.name()), ANY_VERSION));
    } else if (change instanceof MetaChange.LossReported reported) {
      byte[] json = NodeJson.encode(NodeJson.LossNode.of(reported.report()));
      String path = paths.loss(reported.report().partition());
      ops.add(reported.isFirst() ? create(path, json) : Op.setData(path, json, ANY_VERSION));
    } else if (change instanceof MetaChange.TabletSwitched switched) {
      NodeId tablet = switched.tablet();
      String path = paths.tabletMeta(tablet);
      ops.add(
          switched.offline()
              ? create(path, NodeJson.encode(new NodeJson.TabletNode(tablet.endpoint())))
              : Op.delete(path, ANY_VERSION));
    } else if (change instanceof MetaChange.ConfigSet set) {
      byte[] json = NodeJson.encode(new NodeJson.ConfigNode(set.key(), set.value()));
      String path = paths.config(set.key());
      ops.add(
          configs.contains(set.key()) ? Op.setData(path, json, ANY_VERSION) : create(path, json));
    } else if (change instanceof MetaChange.OpCreated created) {
      ops.add(create(paths.op(created.op().id()), json(created.op())));
    } else if (change instanceof MetaChange.OpChanged changed) {
      ops.add(Op.setData(paths.op(changed.op().id()), json(changed.op()), changed.basedOn()));
    } else if (change instanceof MetaChange.OpDeleted deleted) {
      ops.add(Op.delete(paths.op(deleted.id()), deleted.basedOn()));
    } else if (change instanceof MetaChange.PartitionChecked check) {
      ops.add(Op.check(paths.part(check.partition()), check.basedOn()));
    } else if (change instanceof MetaChange.OpIdsUsed used) {
      byte[] json = NodeJson.encode(new NodeJson.LastOpNode(used.lastId()));
      ops.add(Op.setData(paths.ops(), json, used.basedOn()));
    } else {
      throw new IllegalArgumentException("unknown change " + change);
    }
  }

  private static byte[] json(OpRecord op) {
    return NodeJson.encode(OpNode.of(op));
  }

  private void drop(List<Op> ops, TableSpec table) {
    ops.add(Op.delete(paths.table(table.tid()), ANY_VERSION));
    for (int pid = 0; pid < table.partitions(); pid++) {
      ops.add(Op.delete(paths.part(new PartitionId(table.tid(), pid)), ANY_VERSION));
    }
    ops.add(Op.delete(paths.parts(table.tid()), ANY_VERSION));
    ops.add(
        create(
            paths.dropped(table.tid()),
            NodeJson.encode(
                new NodeJson.DroppedNode(
                    table.tid(), table.db(), table.name(), clock.currentTimeMillis()))));
  }

  private static Op create(String path, byte[] data) {
    return Op.create(path, data, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
  }
}
