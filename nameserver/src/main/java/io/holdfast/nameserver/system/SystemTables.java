package io.holdfast.nameserver.system;

import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.openmldb.type.TTLType;
import java.util.List;

/**
 * The system tables as OpenMLDB's clients know them: each has one partition. Pure functions.
 *
 * <p>{@code JOB_INFO} and {@code PRE_AGG_META_INFO} stay empty, since there are neither jobs nor
 * pre-aggregations; but clients ask them, the second one before each {@code DROP TABLE}.
 */
public final class SystemTables {
  /** Database of what only clients look at. */
  static final String INTERNAL_DB = "__INTERNAL_DB";

  /** Database of what users may look at, too. */
  static final String INFORMATION_SCHEMA_DB = "INFORMATION_SCHEMA";

  /** OpenMLDB hides it as well; Holdfast has none. */
  private static final String PRE_AGG_DB = "__PRE_AGG_DB";

  static final String GLOBAL_VARIABLES = "GLOBAL_VARIABLES";

  private static final List<String> HIDDEN =
      List.of(INTERNAL_DB, PRE_AGG_DB, INFORMATION_SCHEMA_DB);

  private SystemTables() {}

  /**
   * All of them, with ids still to be given.
   *
   * @param copies how many each shall have at most; 0 for no tables
   */
  public static List<TableSpec> all(int copies) {
    return copies == 0
        ? List.of()
        : List.of(
            table(jobInfo(), copies),
            table(preAggregations(), copies),
            table(globalVariables(), copies));
  }

  /** Whether a database is left out where users are shown all that there are. */
  public static boolean isHidden(String db) {
    return HIDDEN.contains(db);
  }

  /** Whether it is the table of the cluster's variables. */
  public static boolean isGlobalVariables(TableSpec table) {
    return table.db().equals(INFORMATION_SCHEMA_DB) && table.name().equals(GLOBAL_VARIABLES);
  }

  private static TableSpec table(TableInfo.Builder definition, int copies) {
    return new TableSpec(
        0,
        definition.getDb(),
        definition.getName(),
        1,
        TableOptions.defaults(copies),
        definition.build().toByteArray());
  }

  private static TableInfo.Builder jobInfo() {
    TableInfo.Builder table = named(INTERNAL_DB, "JOB_INFO");
    add(table, DataType.kInt, "id");
    add(table, DataType.kString, "job_type", "state");
    add(table, DataType.kTimestamp, "start_time", "end_time");
    add(table, DataType.kString, "parameter", "cluster", "application_id", "error");
    return table.addColumnKey(newest("id"));
  }

  private static TableInfo.Builder preAggregations() {
    TableInfo.Builder table = named(INTERNAL_DB, "PRE_AGG_META_INFO");
    add(table, DataType.kString, "aggr_table", "aggr_db", "base_db", "base_table", "aggr_func");
    add(
        table,
        DataType.kString,
        "aggr_col",
        "partition_cols",
        "order_by_col",
        "bucket_size",
        "filter_col");
    TTLSt all = TTLSt.newBuilder().setTtlType(TTLType.kAbsoluteTime).setAbsTtl(0).build();
    return table
        .addColumnKey(
            ColumnKey.newBuilder()
                .setIndexName("aggr_table")
                .addColName("aggr_table")
                .setFlag(0)
                .setTtl(all))
        .addColumnKey(
            ColumnKey.newBuilder()
                .setIndexName("unique_key")
                .addAllColName(
                    List.of(
                        "base_db",
                        "base_table",
                        "aggr_func",
                        "aggr_col",
                        "partition_cols",
                        "order_by_col",
                        "filter_col"))
                .setFlag(0)
                .setTtl(all));
  }

  private static TableInfo.Builder globalVariables() {
    TableInfo.Builder table = named(INFORMATION_SCHEMA_DB, GLOBAL_VARIABLES);
    add(table, DataType.kString, "Variable_name", "Variable_value");
    return table.addColumnKey(newest("Variable_name"));
  }

  private static TableInfo.Builder named(String db, String name) {
    return TableInfo.newBuilder().setDb(db).setName(name).setStorageMode(StorageMode.kMemory);
  }

  private static void add(TableInfo.Builder table, DataType type, String... columns) {
    for (String column : columns) {
      table.addColumnDesc(ColumnDesc.newBuilder().setName(column).setDataType(type));
    }
  }

  /** An index by one column that keeps the newest row of each key. */
  private static ColumnKey newest(String column) {
    return ColumnKey.newBuilder()
        .setIndexName(column)
        .addColName(column)
        .setFlag(0)
        .setTtl(TTLSt.newBuilder().setTtlType(TTLType.kLatestTime).setLatTtl(1))
        .build();
  }
}
