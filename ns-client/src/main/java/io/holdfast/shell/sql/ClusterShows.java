package io.holdfast.shell.sql;

import io.holdfast.client.AdminClient;
import io.holdfast.protocol.openmldb.nameserver.OPStatus;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import io.holdfast.sql.ast.Statement.Show;
import io.holdfast.sql.ast.TableName;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLSyntaxErrorException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** SHOW about the cluster: what nameservers know and no table holds. */
final class ClusterShows {
  private final AdminClient admin;

  ClusterShows(AdminClient admin) {
    this.admin = admin;
  }

  /**
   * The answer; empty when the session answers it.
   *
   * @param database the one in use
   */
  Optional<SqlAnswer> run(Show show, String database) throws SQLException {
    return switch (show.kind()) {
      case DATABASES, TABLES -> Optional.empty();
      case TABLE_STATUS -> Optional.of(tableStatus(database));
      case COMPONENTS -> Optional.of(components());
      case JOBS -> Optional.of(jobs());
      case CREATE_TABLE -> Optional.of(createTable(show.table().orElseThrow(), database));
      case VARIABLES, GLOBAL_VARIABLES ->
          throw new SQLFeatureNotSupportedException("there are no variables to show");
    };
  }

  private SqlAnswer tableStatus(String database) {
    List<TableInfo> tables = new ArrayList<>(admin.showTable(database, ""));
    tables.sort(Comparator.comparing(TableInfo::getTid));
    List<List<Object>> rows = new ArrayList<>();
    for (TableInfo table : tables) {
      long records = 0;
      long memory = 0;
      long disk = 0;
      long down = 0;
      for (TablePartition partition : table.getTablePartitionList()) {
        records += partition.getRecordCnt();
        memory += partition.getRecordByteSize();
        disk += partition.getDiskused();
        down +=
            partition.getPartitionMetaList().stream().filter(meta -> !meta.getIsAlive()).count();
      }
      rows.add(
          List.of(
              table.getTid(),
              table.getName(),
              table.getDb(),
              table
                  .getStorageMode()
                  .name()
                  .replaceFirst("^k", "")
                  .toLowerCase(java.util.Locale.ROOT),
              records,
              memory,
              disk,
              table.getPartitionNum(),
              down,
              table.getReplicaNum()));
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
            "Replica"),
        rows);
  }

  private SqlAnswer components() {
    List<List<Object>> rows = new ArrayList<>();
    for (TabletStatus tablet : admin.showTablet()) {
      String state = tablet.getState().equals("kHealthy") ? "online" : "offline";
      rows.add(List.of(tablet.getEndpoint(), "tablet", tablet.getAge(), state));
    }
    return SqlAnswer.rows(List.of("Endpoint", "Role", "Age_millis", "Status"), rows);
  }

  private SqlAnswer jobs() {
    List<List<Object>> rows = new ArrayList<>();
    for (OPStatus op : admin.showOpStatus("", "", -1)) {
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

  private SqlAnswer createTable(TableName name, String session) throws SQLException {
    String database = name.databaseOr(session);
    TableInfo table =
        admin.showTable(database, name.table()).stream()
            .filter(info -> info.getName().equals(name.table()) && info.getDb().equals(database))
            .findFirst()
            .orElseThrow(
                () ->
                    new SQLSyntaxErrorException(
                        "there is no table " + database + "." + name.table(), "42S02"));
    return SqlAnswer.rows(
        List.of("Table", "Create Table"),
        List.of(List.of(name.table(), CreateTableText.of(table))));
  }
}
