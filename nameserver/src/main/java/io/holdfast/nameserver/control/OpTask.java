package io.holdfast.nameserver.control;

/** What an operation waits for, under the name of the OpenMLDB task that it corresponds to. */
enum OpTask {
  NONE(""),
  /** The leader makes way, or the members are being asked whose log is the best. */
  SELECT_LEADER("kSelectLeader"),
  /** The next term is open, and its leader is being looked for. */
  CHANGE_LEADER("kChangeLeader"),
  /** The leader is named, and begins to serve. */
  UPDATE_LEADER_INFO("kUpdateLeaderInfo"),
  /** A copy is being made on a tablet. */
  LOAD_TABLE("kLoadTable"),
  SEND_SNAPSHOT("kSendSnapshot"),
  /** A copy reads its leader's log from far behind. */
  ADD_REPLICA("kAddReplica"),
  /** A copy keeps up and is about to be counted. */
  CHECK_SYNC("kCheckBinlogSyncProgress"),
  /** A copy leaves the in-sync set. */
  DEL_REPLICA("kDelReplica"),
  /** A copy is out of the set and is being put aside. */
  DROP_TABLE("kDropTable"),
  UPDATE_PARTITION_STATUS("kUpdatePartitionStatus"),
  RECOVER_TABLE("kRecoverTable"),
  MAKE_SNAPSHOT("kMakeSnapshot"),
  /** Leaders are told of an index. */
  ADD_INDEX_TO_TABLET("kAddIndexToTablet"),
  /** Leaders look for the entries of rows that are there, and send them to where they belong. */
  EXTRACT_INDEX_DATA("kExtractIndexData"),
  /** Everybody is told that the index can be asked. */
  ADD_INDEX_TO_TABLE_INFO("kAddIndexToTableInfo");

  private final String wireName;

  OpTask(String wireName) {
    this.wireName = wireName;
  }

  String wireName() {
    return wireName;
  }
}
