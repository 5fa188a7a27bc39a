package io.holdfast.nameserver.control;

import java.util.List;

/**
 * How a command ended.
 *
 * @param code 0 when done; else one of OpenMLDB's return codes
 * @param message what is wrong and what to do, or {@code ok}
 * @param ops ids of the operations that the command became; empty when it became none
 * @param reasons what the message says of several replicas, a sentence for each; empty when it is
 *     about something else
 */
public record AdminResult(int code, String message, List<Long> ops, List<String> reasons) {
  public static final AdminResult OK = new AdminResult(0, "ok");

  public static final int TABLE_DOES_NOT_EXIST = 100;
  public static final int TABLE_EXISTS = 101;
  public static final int IS_LEADER = 102;
  public static final int NO_FOLLOWER = 134;
  public static final int NOT_ACTIVE = 300;
  public static final int AUTO_FAILOVER_IS_ON = 301;
  public static final int ENDPOINT_NOT_FOUND = 302;
  public static final int TABLET_NOT_HEALTHY = 303;
  public static final int SET_ZK_FAILED = 304;
  public static final int CREATE_OP_FAILED = 305;
  public static final int INVALID_PARAMETER = 307;
  public static final int PARTITION_NOT_FOUND = 308;
  public static final int LEADER_IS_ALIVE = 309;
  public static final int NO_ALIVE_FOLLOWER = 310;
  public static final int TOO_FEW_TABLETS = 314;
  public static final int CREATE_FAILED = 316;
  public static final int OP_NOT_FOUND = 136;
  public static final int OP_IS_OVER = 312;
  public static final int REPLICA_EXISTS = 317;
  public static final int SOURCE_NOT_HEALTHY = 318;
  public static final int TARGET_NOT_HEALTHY = 319;
  public static final int MIGRATE_FAILED = 320;
  public static final int NO_PARTITION_UPDATED = 321;
  public static final int UPDATE_TTL_FAILED = 322;
  public static final int FIELD_NAME_REPEATED = 323;
  public static final int TOO_MANY_FIELDS = 324;
  public static final int ADD_FIELD_FAILED = 325;
  public static final int TRUNCATE_FAILED = 335;
  public static final int DATABASE_EXISTS = 801;
  public static final int DATABASE_NOT_FOUND = 802;
  public static final int DATABASE_NOT_EMPTY = 803;

  public AdminResult {
    ops = List.copyOf(ops);
    reasons = List.copyOf(reasons);
  }

  public AdminResult(int code, String message) {
    this(code, message, List.of(), List.of());
  }

  AdminResult withOps(List<Long> newOps) {
    return new AdminResult(code, message, newOps, reasons);
  }

  AdminResult withReasons(List<String> newReasons) {
    return new AdminResult(code, message, ops, newReasons);
  }

  public boolean isOk() {
    return code == 0;
  }
}
