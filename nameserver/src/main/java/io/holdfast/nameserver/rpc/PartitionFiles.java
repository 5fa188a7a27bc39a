package io.holdfast.nameserver.rpc;

import io.holdfast.nameserver.control.AdminResult;
import io.holdfast.nameserver.control.TabletRegistry;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.view.TableInfos;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.nameserver.GetTablePartitionRequest;
import io.holdfast.protocol.openmldb.nameserver.GetTablePartitionResponse;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.SetTablePartitionRequest;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import java.util.Map;
import java.util.TreeMap;

/**
 * One partition's placement as operators save it to a file and bring it back. Pure functions.
 *
 * <p>OpenMLDB writes into its metadata whatever such a file says. Here that could name a leader
 * that lacks acknowledged writes, so a file is taken when it says what is so already and refused,
 * with the command that gets there safely, when it does not.
 */
final class PartitionFiles {
  private PartitionFiles() {}

  static GetTablePartitionResponse answer(
      GetTablePartitionRequest request, ClusterState state, TabletRegistry tablets) {
    GetTablePartitionResponse.Builder answer = GetTablePartitionResponse.newBuilder();
    TableSpec table = state.table(request.getDb(), request.getName());
    if (table == null) {
      return answer
          .setCode(AdminResult.TABLE_DOES_NOT_EXIST)
          .setMsg("table does not exist")
          .build();
    }
    TablePartition partition = partition(table, request.getPid(), state, tablets);
    return partition == null
        ? answer.setCode(AdminResult.PARTITION_NOT_FOUND).setMsg("pid does not exist").build()
        : answer.setCode(0).setMsg("ok").setTablePartition(partition).build();
  }

  static AdminResult compare(
      SetTablePartitionRequest request, ClusterState state, TabletRegistry tablets) {
    if (state.isAutoFailover()) {
      return new AdminResult(AdminResult.AUTO_FAILOVER_IS_ON, "auto_failover is enabled");
    }
    TableSpec table = state.table(request.getDb(), request.getName());
    if (table == null) {
      return new AdminResult(AdminResult.TABLE_DOES_NOT_EXIST, "table does not exist");
    }
    TablePartition wanted = request.getTablePartition();
    TablePartition is = partition(table, wanted.getPid(), state, tablets);
    if (is == null) {
      return new AdminResult(AdminResult.PARTITION_NOT_FOUND, "pid does not exist");
    }
    if (roles(wanted).equals(roles(is))) {
      return AdminResult.OK;
    }
    return new AdminResult(
        AdminResult.INVALID_PARAMETER,
        "a placement is not written by hand here, since a leader set by hand could lack"
            + " acknowledged writes; changeleader, addreplica, delreplica and migrate bring a"
            + " partition to any placement without losing one");
  }

  /** By endpoint, whether it leads. */
  private static Map<String, Boolean> roles(TablePartition partition) {
    Map<String, Boolean> roles = new TreeMap<>();
    for (PartitionMeta replica : partition.getPartitionMetaList()) {
      roles.put(replica.getEndpoint(), replica.getIsLeader());
    }
    return roles;
  }

  private static TablePartition partition(
      TableSpec table, int pid, ClusterState state, TabletRegistry tablets) {
    TableInfo info = TableInfos.published(table, state, tablets);
    return info.getTablePartitionList().stream()
        .filter(partition -> partition.getPid() == pid)
        .findFirst()
        .orElse(null);
  }
}
