package io.holdfast.nameserver.state;

/** Kinds of operations. The names are OpenMLDB's where it has one; they stand in ZooKeeper. */
public enum OpType {
  MAKE_SNAPSHOT("kMakeSnapshotOP"),
  ADD_REPLICA("kAddReplicaOP"),
  DEL_REPLICA("kDelReplicaOP"),
  CHANGE_LEADER("kChangeLeaderOP"),
  OFFLINE_REPLICA("kOfflineReplicaOP"),
  READD_REPLICA("kReAddReplicaOP"),
  MIGRATE("kMigrateOP"),
  RECOVER_TABLE("kRecoverTableOP"),
  UPDATE_TABLE_ALIVE("kUpdateTableAliveOP"),
  PROMOTE_REPLICA("kPromoteReplicaOP"),
  /** A whole tablet goes out of service; has one {@link #OFFLINE_REPLICA} per partition. */
  OFFLINE_ENDPOINT("kOfflineEndpointOP"),
  /** A whole tablet comes back; has one {@link #READD_REPLICA} per partition. */
  RECOVER_ENDPOINT("kRecoverEndpointOP"),
  /** A tablet is emptied for good; has one {@link #MIGRATE} per copy. */
  DRAIN_ENDPOINT("kDrainEndpointOP"),
  /** Copies and leaders are spread evenly; has parts as they turn out to be needed. */
  REBALANCE("kRebalanceOP"),
  /** A table gets more or fewer copies; has one operation per copy. */
  SET_REPLICA_NUM("kSetReplicaNumOP"),
  /** A table gets one more index, which finds the rows that are there, too. */
  ADD_INDEX("kAddIndexOP"),
  /** Every partition shall serve. */
  RECOVER_DATA("kRecoverDataOP");

  private final String wireName;

  OpType(String wireName) {
    this.wireName = wireName;
  }

  /** What operators and records call it. */
  public String wireName() {
    return wireName;
  }

  /**
   * @throws IllegalArgumentException for a name that is none
   */
  public static OpType of(String wireName) {
    for (OpType type : values()) {
      if (type.wireName.equals(wireName)) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown op type " + wireName);
  }
}
