package io.holdfast.nameserver;

import io.holdfast.common.config.Checks;
import io.holdfast.common.config.SettingsReader;
import io.holdfast.common.config.Unit;
import io.holdfast.nameserver.control.ControllerSettings;
import io.holdfast.nameserver.control.OpSettings;
import io.holdfast.nameserver.control.SafetySettings;
import io.holdfast.nameserver.system.SystemTables;
import java.util.concurrent.TimeUnit;

/** Settings of {@code --role=nameserver}. */
public final class NameServerConfig {
  private static final int MINUTE_MILLIS = 60_000;
  private static final int DAY_MILLIS = 24 * 60 * MINUTE_MILLIS;
  private static final int SYSTEM_TABLE_REPLICAS = 3;
  private static final int MAX_SYSTEM_TABLE_REPLICAS = 9;

  private final String endpoint;
  private final String zkCluster;
  private final String zkRootPath;
  private final int zkSessionTimeoutMillis;
  private final ControllerSettings controller;

  /** Declares the settings and takes their values. */
  public NameServerConfig(SettingsReader in) {
    endpoint =
        in.requiredText(
            "endpoint",
            Checks::isEndpoint,
            Checks.ENDPOINT,
            "Address under which the other servers and the clients reach this one.");
    zkCluster =
        in.requiredText(
            "zk_cluster",
            Checks::isEndpointList,
            Checks.ENDPOINT_LIST,
            "ZooKeeper servers of the cluster.");
    zkRootPath =
        in.text(
            "zk_root_path",
            "/openmldb",
            Checks::isZkPath,
            Checks.ZK_PATH,
            "Where the cluster lives in ZooKeeper; the same for all its servers.");
    zkSessionTimeoutMillis =
        millis(
            in,
            "zk_session_timeout_millis",
            3000,
            "How long after an active nameserver's death a standby takes over, at the latest;"
                + " ZooKeeper rounds it up to two of its ticks.");
    controller = controller(in);
  }

  private static ControllerSettings controller(SettingsReader in) {
    ControllerSettings defaults = ControllerSettings.DEFAULTS;
    return new ControllerSettings(
        nanos(
            in,
            "tablet_suspect_millis",
            defaults.suspectNanos(),
            "A tablet that says nothing for so long is suspected."),
        nanos(
            in,
            "leader_silence_millis",
            defaults.silenceNanos(),
            "A leader that a voter has not heard for so long cannot be sure of its lease."),
        nanos(
            in,
            "election_grace_millis",
            defaults.electionGraceNanos(),
            "How long an election waits for more answers once enough have come."),
        nanos(
            in,
            "election_late_answer_millis",
            defaults.lateAnswerNanos(),
            "How long an election waits for members that live but have not answered."),
        nanos(
            in,
            "all_down_grace_millis",
            defaults.allDownGraceNanos(),
            "How long an election waits for the others when most of the cluster is just starting."),
        nanos(
            in,
            "leader_hold_millis",
            defaults.holdNanos(),
            "A suspected leader that its own group still hears is replaced after so long."),
        nanos(
            in,
            "order_resend_millis",
            defaults.resendNanos(),
            "How often an order is repeated until its effect is seen."),
        nanos(
            in,
            "leader_advice_millis",
            defaults.adviceNanos(),
            "How often leaders are told their learners."),
        nanos(
            in,
            "create_table_timeout_millis",
            defaults.createNanos(),
            "How long what a command asks for may take before its sender is told how far it is."),
        nanos(
            in,
            "transfer_leader_timeout_millis",
            defaults.transferNanos(),
            "How long a leader may take to make way for the one that shall follow it."),
        in.flag(
            "strict_tail",
            defaults.strictTail(),
            "Whether replicas that cut the end of their logs off after a crash must wait for an"
                + " operator when nobody else is left to lead."),
        safety(in),
        ops(in),
        SystemTables.all(
            in.integer(
                "system_table_replica_num",
                SYSTEM_TABLE_REPLICAS,
                0,
                MAX_SYSTEM_TABLE_REPLICAS,
                Unit.NONE,
                "How many copies the tables have at most that OpenMLDB's clients expect of every"
                    + " cluster; while there are fewer tablets, so many. 0 for no such tables.")));
  }

  private static OpSettings ops(SettingsReader in) {
    OpSettings defaults = OpSettings.DEFAULTS;
    return new OpSettings(
        millis(
            in,
            "op_change_leader_timeout_millis",
            Math.toIntExact(defaults.changeLeaderMillis()),
            "After this a change of leader that was asked for is given up."),
        in.integer(
            "op_timeout_millis",
            Math.toIntExact(defaults.moveMillis()),
            1,
            DAY_MILLIS,
            Unit.MILLIS,
            "After this an operation that copies or removes replicas is given up."),
        millis(
            in,
            "op_retry_millis",
            Math.toIntExact(defaults.firstRetryMillis()),
            "An attempt of an operation that failed is repeated after so long, the next after twice"
                + " as long."),
        millis(
            in,
            "op_retry_max_millis",
            Math.toIntExact(defaults.lastRetryMillis()),
            "The longest pause between two attempts of an operation."),
        millis(
            in,
            "op_coalesce_millis",
            Math.toIntExact(defaults.coalesceMillis()),
            "What the nameserver decides again by itself within so long is listed once."),
        millis(
            in,
            "index_grace_millis",
            Math.toIntExact(defaults.indexGraceMillis()),
            "An added index is filled so long after all leaders have it at the earliest; OpenMLDB's"
                + " clients hear of it meanwhile."),
        in.integer(
            "max_op_num",
            defaults.maxFinished(),
            1,
            100_000,
            Unit.NONE,
            "So many operations that are over stay listed."));
  }

  private static SafetySettings safety(SettingsReader in) {
    SafetySettings defaults = SafetySettings.DEFAULTS;
    return new SafetySettings(
        nanos(
            in,
            "mass_failure_window_millis",
            defaults.massWindowNanos(),
            "Tablets that are lost within so long of each other count as lost together."),
        nanos(
            in,
            "mass_failure_freeze_millis",
            defaults.freezeNanos(),
            "After most tablets were lost together, leaders are replaced for so long only when"
                + " tablets prove that they are lost."),
        nanos(
            in,
            "shrink_arbitration_millis",
            defaults.arbitrationNanos(),
            "How long tablets are asked whom they reach before a leader may go on with less than"
                + " half of the copies."),
        nanos(
            in,
            "accept_loss_wait_millis",
            defaults.lossWaitNanos(),
            "How long recoverdata --accept-loss waits before it names a leader; must be longer than"
                + " the tablets' lease_millis."));
  }

  private static long nanos(SettingsReader in, String name, long defaultNanos, String description) {
    int defaultMillis = Math.toIntExact(TimeUnit.NANOSECONDS.toMillis(defaultNanos));
    return TimeUnit.MILLISECONDS.toNanos(millis(in, name, defaultMillis, description));
  }

  private static int millis(SettingsReader in, String name, int defaultMillis, String description) {
    return in.integer(name, defaultMillis, 1, 10 * MINUTE_MILLIS, Unit.MILLIS, description);
  }

  public String endpoint() {
    return endpoint;
  }

  String host() {
    return endpoint.substring(0, endpoint.lastIndexOf(':'));
  }

  int port() {
    return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
  }

  public String zkCluster() {
    return zkCluster;
  }

  public String zkRootPath() {
    return zkRootPath;
  }

  public int zkSessionTimeoutMillis() {
    return zkSessionTimeoutMillis;
  }

  public ControllerSettings controller() {
    return controller;
  }
}
