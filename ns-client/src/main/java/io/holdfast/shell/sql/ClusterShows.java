package io.holdfast.shell.sql;

import io.holdfast.client.discovery.ClusterSession.NameServer;
import io.holdfast.protocol.openmldb.nameserver.OPStatus;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import io.holdfast.sql.ast.Statement.Show;
import io.holdfast.sql.expr.LikePattern;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** SHOW about the cluster: what nameservers know and no table holds. */
final class ClusterShows {
  private static final String NAMESERVER = "nameserver";

  private final ClusterAccess cluster;
  private final long nowMillis;

  /**
   * @param nowMillis the time, in milliseconds since 1970
   */
  ClusterShows(ClusterAccess cluster, long nowMillis) {
    this.cluster = cluster;
    this.nowMillis = nowMillis;
  }

  /**
   * The answer; empty when the session answers it.
   *
   * @param database the one in use
   */
  Optional<SqlAnswer> run(Show show, String database) throws SQLException {
    return switch (show.kind()) {
      case TABLE_STATUS -> Optional.of(tableStatus(show, database));
      case COMPONENTS -> Optional.of(components());
      case JOBS ->
          show.source().filter(NAMESERVER::equals).isPresent()
              ? Optional.of(jobs(show))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Of the database in use; without one of all that users have; LIKE is about databases. */
  private SqlAnswer tableStatus(Show show, String database) {
    List<TableInfo> tables =
        new ArrayList<>(
            show.like().isPresent()
                ? cluster.admin().showAllTables()
                : cluster.admin().showTable(database, ""));
    show.like()
        .map(ClusterShows::pattern)
        .ifPresent(like -> tables.removeIf(table -> !like.matches(table.getDb())));
    tables.sort(Comparator.comparing(TableInfo::getTid));
    List<List<Object>> rows = new ArrayList<>();
    for (TableInfo table : tables) {
      rows.add(tableStatus(table));
    }
    return SqlAnswer.rows(
        List.of(
            "Table_id",
            "Table_name",
            "Database_name",
            "Storage_type",
            "Rows",
            "Memory_data_size",
            "Disk_data_size",
            "Partition",
            "Partition_unalive",
            "Replica",
            "Offline_path",
            "Offline_format",
            "Offline_symbolic_paths",
            "Warnings"),
        rows);
  }

  private static List<Object> tableStatus(TableInfo table) {
    long records = 0;
    long memory = 0;
    long disk = 0;
    long down = 0;
    List<String> warnings = new ArrayList<>();
    for (TablePartition partition : table.getTablePartitionList()) {
      records += partition.getRecordCnt();
      memory += partition.getRecordByteSize();
      disk += partition.getDiskused();
      down += partition.getPartitionMetaList().stream().filter(meta -> !meta.getIsAlive()).count();
      if (!partition.getConditionText().isEmpty()) {
        warnings.add("partition " + partition.getPid() + ": " + partition.getConditionText());
      }
    }
    String storage = table.getStorageMode().name().replaceFirst("^k", "").toLowerCase(Locale.ROOT);
    // There is no offline storage; programs that read this by position find their columns.
    return Arrays.asList(
        table.getTid(),
        table.getName(),
        table.getDb(),
        storage,
        records,
        memory,
        disk,
        table.getPartitionNum(),
        down,
        table.getReplicaNum(),
        null,
        null,
        null,
        String.join("; ", warnings));
  }

  private static LikePattern pattern(String like) {
    return LikePattern.of(like, LikePattern.NO_ESCAPE, false);
  }

  private SqlAnswer components() throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    for (TabletStatus tablet : cluster.admin().showTablet()) {
      String state = tablet.getState().equals("kHealthy") ? "online" : "offline";
      long since = nowMillis - tablet.getAge();
      rows.add(Arrays.asList(tablet.getEndpoint(), "tablet", since, state, null));
    }
    for (NameServer server : cluster.nameServers()) {
      String role = server.leader() ? "master" : "standby";
      rows.add(List.of(server.endpoint(), NAMESERVER, server.sinceMillis(), "online", role));
    }
    return SqlAnswer.rows(List.of("Endpoint", "Role", "Connect_time", "Status", "Ns_role"), rows);
  }

  private SqlAnswer jobs(Show show) {
    List<List<Object>> rows = new ArrayList<>();
    LikePattern like = pattern(show.like().orElse("%"));
    for (OPStatus op : cluster.admin().showOpStatus("", "", -1)) {
      if (!like.matches(Long.toString(op.getOpId()))) {
        continue;
      }
      rows.add(
          List.of(
              op.getOpId(),
              op.getOpType(),
              op.getStatus(),
              op.getDb(),
              op.getName(),
              op.getPid(),
              op.getStartTime(),
              op.getEndTime()));
    }
    return SqlAnswer.rows(
        List.of("Id", "Job_type", "State", "Database", "Table", "Pid", "Start_time", "End_time"),
        rows);
  }
}
