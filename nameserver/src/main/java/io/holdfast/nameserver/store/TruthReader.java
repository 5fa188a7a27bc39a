package io.holdfast.nameserver.store;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.store.BulkReader.Node;
import io.holdfast.protocol.meta.MetaCodec;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.zookeeper.KeeperException;

/**
 * Reads everything that is true.
 *
 * <p>The reads are not one snapshot. That does no harm: the reader is the only one who may write,
 * and if it is not any more, the epoch, which is read last, tells so, or its next write fails.
 */
final class TruthReader {
  /**
   * What was read.
   *
   * @param epoch the leadership that has the right to change it
   * @param configs settings that have a node
   */
  record Truth(long epoch, ClusterState state, Set<String> configs) {}

  private final ZkPaths paths;
  private final BulkReader reader;

  TruthReader(ZkPaths paths, BulkReader reader) {
    this.paths = paths;
    this.reader = reader;
  }

  Truth read() throws KeeperException, InterruptedException, MetaDamageException {
    reader.sync(paths.epoch());
    ClusterState state = new ClusterState();
    readTables(state);
    readPartitions(state);
    for (Node node : nodesBelow(paths.dbs())) {
      state.loadDatabase(small(node, NodeJson.DatabaseNode.class).db());
    }
    for (Node node : nodesBelow(paths.losses())) {
      state.loadLoss(decode(node, json -> NodeJson.decode(json, NodeJson.LossNode.class).report()));
    }
    Set<String> configs = new HashSet<>();
    for (Node node : nodesBelow(paths.configs())) {
      NodeJson.ConfigNode config = small(node, NodeJson.ConfigNode.class);
      state.loadConfig(config.key(), config.value());
      configs.add(config.key());
    }
    for (Node node : nodesBelow(paths.tabletMetas())) {
      state.loadOffline(new NodeId(small(node, NodeJson.TabletNode.class).endpoint()));
    }
    for (String tid : reader.children(paths.dropped())) {
      state.loadDropped(number(paths.dropped(), tid));
    }
    readOps(state);
    Node epoch = reader.data(paths.epoch());
    return new Truth(small(epoch, NodeJson.EpochNode.class).epoch(), state, configs);
  }

  private void readTables(ClusterState state)
      throws KeeperException, InterruptedException, MetaDamageException {
    for (Node node : nodesBelow(paths.tables())) {
      TableSpec table = decode(node, MetaCodec::decodeTable);
      if (!node.path().equals(paths.table(table.tid()))) {
        throw new MetaDamageException(node.path(), "it is about table " + table.tid());
      }
      state.loadTable(table, node.version());
    }
  }

  private void readPartitions(ClusterState state)
      throws KeeperException, InterruptedException, MetaDamageException {
    List<String> at = new ArrayList<>();
    for (TableSpec table : state.tables()) {
      for (int pid = 0; pid < table.partitions(); pid++) {
        at.add(paths.part(new PartitionId(table.tid(), pid)));
      }
    }
    for (Node node : reader.data(at)) {
      PartitionRecord record = decode(node, MetaCodec::decodePartition);
      if (!node.path().equals(paths.part(record.id()))) {
        throw new MetaDamageException(node.path(), "it is about partition " + record.id());
      }
      state.loadPartition(record, node.version());
    }
  }

  private void readOps(ClusterState state)
      throws KeeperException, InterruptedException, MetaDamageException {
    Node last = reader.data(paths.ops());
    boolean none = last.data() == null || last.data().length == 0;
    state.loadLastOpId(
        none ? 0 : small(last, NodeJson.LastOpNode.class).lastOpId(), last.version());
    for (Node node : nodesBelow(paths.ops())) {
      OpRecord op = decode(node, json -> NodeJson.decode(json, OpNode.class).op());
      if (!node.path().equals(paths.op(op.id()))) {
        throw new MetaDamageException(node.path(), "it is about op " + op.id());
      }
      state.loadOp(op, node.version());
    }
  }

  private List<Node> nodesBelow(String path) throws KeeperException, InterruptedException {
    return reader.data(
        reader.children(path).stream().sorted().map(name -> path + "/" + name).toList());
  }

  private static <T extends NodeJson.Versioned> T small(Node node, Class<T> type)
      throws MetaDamageException {
    return decode(node, json -> NodeJson.decode(json, type));
  }

  private static <T> T decode(Node node, Function<byte[], T> decoder) throws MetaDamageException {
    try {
      return decoder.apply(node.data());
    } catch (IllegalArgumentException e) {
      throw new MetaDamageException(node.path(), e.getMessage());
    }
  }

  private static int number(String below, String name) throws MetaDamageException {
    try {
      return Integer.parseInt(name);
    } catch (NumberFormatException e) {
      throw new MetaDamageException(below + "/" + name, "its name is not a table id");
    }
  }
}
