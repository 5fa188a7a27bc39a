package io.holdfast.tablet.session;

/**
 * How to reach ZooKeeper.
 *
 * @param servers {@code host:port}, with commas between several
 * @param root the cluster's node, such as {@code /openmldb}
 * @param sessionTimeoutMillis after how much silence ZooKeeper takes the tablet for gone
 */
public record ZkSettings(String servers, String root, int sessionTimeoutMillis) {
  String clusterId() {
    return root + "/holdfast/cluster-id";
  }

  String live(String endpoint) {
    return root + "/holdfast/tablets/live/" + endpoint;
  }

  String node(String endpoint) {
    return root + "/nodes/" + endpoint;
  }

  String nameservers() {
    return root + "/leader";
  }

  String tables() {
    return root + "/table/db_table_data";
  }

  String tablesCounter() {
    return root + "/table/notify";
  }
}
