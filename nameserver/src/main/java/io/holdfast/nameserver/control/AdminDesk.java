package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterSettings;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.LossReport;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns commands into changes of the truth, or says why not. Pure functions of state and command.
 */
final class AdminDesk {
  static final int MAX_PARTITIONS = 1024;

  private static final String KEEP_NONE =
      "with system_table_replica_num=0 nameservers keep none, and it can be dropped";

  /**
   * A command's fate.
   *
   * @param refusal why it is not done, or that it is done already; null when it is to be done
   * @param changes what makes it done
   * @param goal what must come true before the command is done; null for nothing
   * @param ops operations that are made with the changes
   * @param waits whether the command is done when those are over
   */
  record Plan(
      AdminResult refusal, List<MetaChange> changes, Goal goal, List<OpDraft> ops, boolean waits) {
    Plan(AdminResult refusal, List<MetaChange> changes, Goal goal) {
      this(refusal, changes, goal, List.of(), false);
    }

    static Plan of(AdminResult result) {
      return new Plan(result, List.of(), null);
    }

    /** The command is done when these operations are over. */
    static Plan awaited(List<OpDraft> ops) {
      return new Plan(null, List.of(), null, ops, true);
    }

    /** The command is done when these operations are written down. */
    static Plan begun(List<OpDraft> ops) {
      return new Plan(null, List.of(), null, ops, false);
    }

    Plan with(MetaChange change) {
      if (change == null) {
        return this;
      }
      List<MetaChange> all = new ArrayList<>(changes);
      all.add(change);
      return new Plan(refusal, all, goal, ops, waits);
    }

    static Plan refuse(int code, String message) {
      return of(new AdminResult(code, message));
    }

    static Plan change(MetaChange change) {
      return new Plan(null, List.of(change), null);
    }
  }

  private final TabletRegistry tablets;
  private final Goals goals;
  private final PlacementDesk placement;
  private final RecoveryDesk recovery;
  private final BalanceDesk balance;
  private final ResizeDesk resize;
  private final AlterDesk alter;
  private final PreviewText preview;
  private final Spares spares;
  private final SystemTableKeeper systemTables;

  AdminDesk(
      TabletRegistry tablets,
      PlannedChanges changes,
      Goals goals,
      Spares spares,
      Levelling levelling,
      SystemTableKeeper systemTables) {
    this.systemTables = systemTables;
    this.tablets = tablets;
    this.spares = spares;
    this.goals = goals;
    this.recovery = new RecoveryDesk(tablets);
    this.balance = new BalanceDesk(tablets, spares, levelling);
    this.resize = new ResizeDesk(tablets, spares);
    this.alter = new AlterDesk(goals);
    this.preview = new PreviewText(changes, balance, resize);
    this.placement = new PlacementDesk(tablets, changes, goals);
  }

  /** What a command would do; whether it can be told is for the caller to have asked. */
  CommandPreview preview(AdminCommand command, ClusterState state) {
    return preview.of(plan(command, state), state);
  }

  /** What an operation with this goal would do, a sentence for each thing. */
  void describe(OpGoal goal, ClusterState state, List<String> lines) {
    preview.describe(goal, state, lines);
  }

  Plan plan(AdminCommand command, ClusterState state) {
    if (command instanceof AdminCommand.CreateDatabase create) {
      return createDatabase(create, state);
    } else if (command instanceof AdminCommand.DropDatabase drop) {
      return dropDatabase(drop, state);
    } else if (command instanceof AdminCommand.CreateTable create) {
      return createTable(create, state);
    } else if (command instanceof AdminCommand.DropTable drop) {
      return dropTable(drop, state);
    } else if (command instanceof AdminCommand.SetConfig set) {
      return setConfig(set);
    } else if (command instanceof AdminCommand.SetSdkEndpoint set) {
      return setSdkEndpoint(set, state);
    } else if (command instanceof AdminCommand.ClearLoss clear) {
      return clearLoss(clear, state);
    } else if (command instanceof AdminCommand.ChangeLeader change) {
      return placement.changeLeader(change, state);
    } else if (command instanceof AdminCommand.OfflineEndpoint offline) {
      return placement.offline(offline, state);
    } else if (command instanceof AdminCommand.RecoverEndpoint recover) {
      return placement.recover(recover, state);
    } else if (command instanceof AdminCommand.DrainEndpoint drain) {
      return balance.drain(drain, state);
    } else if (command instanceof AdminCommand.Rebalance rebalance) {
      return balance.rebalance(rebalance, state);
    } else if (command instanceof AdminCommand.SetReplicaNum set) {
      return resize.resize(set, state);
    } else if (command instanceof AdminCommand.SetTtl set) {
      return alter.setTtl(set, state);
    } else if (command instanceof AdminCommand.AddIndex add) {
      return alter.addIndex(add, state);
    } else if (command instanceof AdminCommand.TruncateTable truncate) {
      return systemTables.isKept(truncate.db(), truncate.table())
          ? Plan.refuse(
              AdminResult.INVALID_PARAMETER,
              truncate.db() + "." + truncate.table() + " is a system table; its rows stay")
          : alter.truncate(truncate, state);
    } else if (command instanceof AdminCommand.DeleteIndex delete) {
      return alter.deleteIndex(delete, state);
    } else if (command instanceof AdminCommand.AddColumn add) {
      return alter.addColumn(add, state);
    } else if (command instanceof AdminCommand.AddReplica add) {
      return placement.add(add, state);
    } else if (command instanceof AdminCommand.Promote promote) {
      return placement.promote(promote, state);
    } else if (command instanceof AdminCommand.DelReplica remove) {
      return placement.remove(remove, state);
    } else if (command instanceof AdminCommand.Migrate migrate) {
      return recovery.migrate(migrate, state);
    } else if (command instanceof AdminCommand.RecoverTable recover) {
      return recovery.recoverTable(recover, state);
    } else if (command instanceof AdminCommand.UpdateTableAlive update) {
      return recovery.updateAlive(update, state);
    } else if (command instanceof AdminCommand.MakeSnapshot make) {
      return recovery.makeSnapshot(make, state);
    }
    throw new IllegalArgumentException("unknown command " + command);
  }

  private static Plan createDatabase(AdminCommand.CreateDatabase create, ClusterState state) {
    if (create.name().isEmpty() || create.name().contains("/")) {
      return Plan.refuse(
          AdminResult.INVALID_PARAMETER, "a database name must not be empty or contain '/'");
    }
    if (state.databases().contains(create.name())) {
      return create.ifNotExists()
          ? Plan.of(AdminResult.OK)
          : Plan.refuse(AdminResult.DATABASE_EXISTS, "database already exists");
    }
    return Plan.change(new MetaChange.DatabaseCreated(create.name()));
  }

  private Plan dropDatabase(AdminCommand.DropDatabase drop, ClusterState state) {
    if (systemTables.isKept(drop.name())) {
      return Plan.refuse(
          AdminResult.INVALID_PARAMETER,
          drop.name() + " holds system tables, which every" + " cluster has; " + KEEP_NONE);
    }
    if (!state.databases().contains(drop.name())) {
      return Plan.refuse(AdminResult.DATABASE_NOT_FOUND, "database not found");
    }
    if (state.tables().stream().anyMatch(table -> table.db().equals(drop.name()))) {
      return Plan.refuse(AdminResult.DATABASE_NOT_EMPTY, "database not empty");
    }
    return Plan.change(new MetaChange.DatabaseDropped(drop.name()));
  }

  private Plan createTable(AdminCommand.CreateTable create, ClusterState state) {
    TableSpec wanted = create.table();
    if (!state.databases().contains(wanted.db())) {
      return Plan.refuse(AdminResult.DATABASE_NOT_FOUND, "database not found");
    }
    if (state.table(wanted.db(), wanted.name()) != null) {
      return create.ifNotExists()
          ? Plan.of(AdminResult.OK)
          : Plan.refuse(AdminResult.TABLE_EXISTS, "table already exists");
    }
    if (wanted.partitions() > MAX_PARTITIONS) {
      return Plan.refuse(
          AdminResult.INVALID_PARAMETER,
          "partition_num must be at most " + MAX_PARTITIONS + ", not " + wanted.partitions());
    }
    List<NodeId> alive = spares.usable(state);
    int replicas = wanted.options().replicas();
    int voters = wanted.options().voters();
    if (alive.size() < voters) {
      return Plan.refuse(
          AdminResult.TOO_FEW_TABLETS,
          "healthy endpoint num is less than replica num: "
              + alive.size()
              + " tablets are healthy, "
              + replicas
              + " replicas are wanted"
              + (voters > replicas ? ", and a witness on a tablet of its own" : ""));
    }
    long hosts = Spares.hosts(alive, state);
    if (state.areHostsApart() && hosts < voters) {
      return Plan.refuse(
          AdminResult.TOO_FEW_TABLETS,
          "the healthy tablets are on "
              + hosts
              + " hosts, "
              + voters
              + " replicas are wanted, and replica_reliability_level is 1: each on a host of its"
              + " own. Add hosts, or see host_label (confget)");
    }
    TableSpec table =
        new TableSpec(
            state.nextTableId(),
            wanted.db(),
            wanted.name(),
            wanted.partitions(),
            wanted.options(),
            wanted.definition());
    List<MetaChange> changes = new ArrayList<>();
    changes.add(new MetaChange.TableCreated(table));
    List<List<NodeId>> placement =
        ReplicaPlacer.place(
            table.partitions(), voters, alive, state::replicasOn, state::leadersOn, state::hostOf);
    for (int pid = 0; pid < table.partitions(); pid++) {
      PartitionId id = new PartitionId(table.tid(), pid);
      List<NodeId> placed = placement.get(pid);
      // The first ones are those that lead least so far; the last, the one that need not lead.
      List<NodeId> witnesses = placed.subList(replicas, voters);
      changes.add(new MetaChange.PartitionCreated(PartitionRecord.created(id, placed, witnesses)));
    }
    return new Plan(null, changes, goals.served(table.tid()));
  }

  private Plan dropTable(AdminCommand.DropTable drop, ClusterState state) {
    if (systemTables.isKept(drop.db(), drop.name())) {
      return Plan.refuse(
          AdminResult.INVALID_PARAMETER,
          drop.db()
              + "."
              + drop.name()
              + " is a system table, which every cluster has; "
              + KEEP_NONE);
    }
    TableSpec table = state.table(drop.db(), drop.name());
    return table == null
        ? Plan.refuse(AdminResult.TABLE_DOES_NOT_EXIST, "table does not exist")
        : Plan.change(new MetaChange.TableDropped(table));
  }

  private static Plan clearLoss(AdminCommand.ClearLoss clear, ClusterState state) {
    TableSpec table = state.table(clear.db(), clear.table());
    if (table == null) {
      return Plan.refuse(AdminResult.TABLE_DOES_NOT_EXIST, "table does not exist");
    }
    LossReport report = state.loss(new PartitionId(table.tid(), clear.pid()));
    return report == null || !report.open()
        ? Plan.of(AdminResult.OK)
        : Plan.change(new MetaChange.LossReported(report.cleared(), false));
  }

  private static Plan setSdkEndpoint(AdminCommand.SetSdkEndpoint set, ClusterState state) {
    String before = state.sdkEndpoints().getOrDefault(set.server(), "");
    return before.equals(set.sdkEndpoint())
        ? Plan.of(AdminResult.OK)
        : Plan.change(
            new MetaChange.ConfigSet(ClusterState.sdkEndpointKey(set.server()), set.sdkEndpoint()));
  }

  private Plan setConfig(AdminCommand.SetConfig set) {
    String value;
    try {
      value = ClusterSettings.normal(set.key(), set.value());
    } catch (ClusterSettings.SettingException e) {
      return Plan.refuse(AdminResult.INVALID_PARAMETER, e.getMessage());
    }
    if (set.key().startsWith(ClusterSettings.HOST_LABEL)) {
      String endpoint = set.key().substring(ClusterSettings.HOST_LABEL.length());
      // Or every misspelt address would be kept for ever.
      if (tablets.all().stream().noneMatch(known -> known.tablet().endpoint().equals(endpoint))) {
        return Plan.refuse(
            AdminResult.ENDPOINT_NOT_FOUND,
            "endpoint does not exist: " + endpoint + " (showtablet)");
      }
    }
    return Plan.change(new MetaChange.ConfigSet(set.key(), value));
  }
}
