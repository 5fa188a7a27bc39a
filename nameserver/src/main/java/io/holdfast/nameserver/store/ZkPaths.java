package io.holdfast.nameserver.store;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import java.util.List;

/**
 * Where things stand in ZooKeeper. What is below {@code ROOT/holdfast} is the truth; what is beside
 * it is a view for OpenMLDB's clients.
 */
final class ZkPaths {
  private final String root;
  private final String own;

  /**
   * @param root the cluster's path, such as {@code /openmldb}
   */
  ZkPaths(String root) {
    this.root = root;
    this.own = root + "/holdfast";
  }

  // ---- the truth

  String clusterId() {
    return own + "/cluster-id";
  }

  String latch() {
    return own + "/ns/latch";
  }

  String epoch() {
    return own + "/ns/epoch";
  }

  String tabletMetas() {
    return own + "/tablets/meta";
  }

  String tabletMeta(NodeId tablet) {
    return tabletMetas() + "/" + tablet.endpoint();
  }

  String tables() {
    return own + "/tables";
  }

  String table(int tid) {
    return tables() + "/" + tid;
  }

  String parts() {
    return own + "/parts";
  }

  String parts(int tid) {
    return parts() + "/" + tid;
  }

  String part(PartitionId id) {
    return parts(id.tid()) + "/" + id.pid();
  }

  String dbs() {
    return own + "/dbs";
  }

  String db(String name) {
    return dbs() + "/" + name;
  }

  String configs() {
    return own + "/config";
  }

  String config(String key) {
    return configs() + "/" + key;
  }

  String dropped() {
    return own + "/dropped";
  }

  String dropped(int tid) {
    return dropped() + "/" + tid;
  }

  String losses() {
    return own + "/losses";
  }

  String loss(PartitionId id) {
    return losses() + "/" + id.tid() + "-" + id.pid();
  }

  /** Holds the operations; its own value says which id was the last to be given out. */
  String ops() {
    return own + "/ops";
  }

  String op(long id) {
    return ops() + "/" + id;
  }

  // ---- the view

  String leaders() {
    return root + "/leader";
  }

  String viewTables() {
    return root + "/table/db_table_data";
  }

  String viewTable(int tid) {
    return viewTables() + "/" + tid;
  }

  String viewNotify() {
    return root + "/table/notify";
  }

  String viewDbs() {
    return root + "/db";
  }

  String viewDb(String name) {
    return viewDbs() + "/" + name;
  }

  String viewSdkEndpoints() {
    return root + "/map/sdkendpoints";
  }

  String viewSdkEndpoint(String server) {
    return viewSdkEndpoints() + "/" + server;
  }

  String viewAutoFailover() {
    return root + "/config/auto_failover";
  }

  /** The nodes that only hold others. They are made once and never removed. */
  List<String> directories() {
    return List.of(
        own + "/ns",
        own + "/tablets/live",
        tabletMetas(),
        tables(),
        parts(),
        dbs(),
        configs(),
        dropped(),
        losses(),
        ops(),
        leaders(),
        viewTables(),
        viewDbs(),
        viewSdkEndpoints(),
        root + "/config",
        root + "/data/function",
        root + "/nodes");
  }

  /**
   * The nodes that hold a number, which clients watch or increase. They must be there before a
   * client connects: it does not look for them again.
   */
  List<String> counters() {
    return List.of(viewNotify(), root + "/notify/global_variable");
  }
}
