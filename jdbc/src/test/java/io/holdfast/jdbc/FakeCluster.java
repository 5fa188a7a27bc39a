package io.holdfast.jdbc;

import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.ColumnType;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/** Two tablets and a nameserver that speak the wire in this process. */
final class FakeCluster implements AutoCloseable {
  final FakeTablet first = new FakeTablet();
  final FakeTablet second = new FakeTablet();
  final FakeNameServer nameServer = new FakeNameServer(List.of(first, second));

  /** With a database {@code demo} that has the table {@code trips}. */
  FakeCluster() {
    nameServer.databases.add("demo");
    nameServer.add(trips());
  }

  /** All nine types, an index on the text, one on the bigint whose time is the timestamp. */
  static TableInfo trips() {
    TableInfo.Builder table =
        TableInfo.newBuilder().setDb("demo").setName("trips").setPartitionNum(4).setReplicaNum(1);
    for (ColumnType type : ColumnType.values()) {
      String name = "c_" + type.name().toLowerCase(java.util.Locale.ROOT);
      table.addColumnDesc(
          ColumnDesc.newBuilder()
              .setName(name)
              .setDataType(type.dataType())
              .setNotNull(type == ColumnType.STRING));
    }
    table.addColumnKey(ColumnKey.newBuilder().setIndexName("by_text").addColName("c_string"));
    table.addColumnKey(
        ColumnKey.newBuilder()
            .setIndexName("by_number")
            .addColName("c_bigint")
            .setTsName("c_timestamp"));
    return table.build();
  }

  String url() {
    return "jdbc:holdfast://" + nameServer.endpoint() + "/demo";
  }

  /** A URL with these hosts and options. */
  static String url(String hosts, String options) {
    return "jdbc:holdfast://" + hosts + "/demo" + (options.isEmpty() ? "" : "?" + options);
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url());
  }

  Connection connect(String options) throws SQLException {
    return DriverManager.getConnection(url() + "?" + options);
  }

  /** Both tablets answer queries so. */
  void answer(List<io.holdfast.sql.query.ResultColumn> columns, List<List<Object>> rows) {
    first.answer(columns, rows);
    second.answer(columns, rows);
  }

  /** All queries that were asked. */
  List<FakeTablet.Asked> queries() {
    return java.util.stream.Stream.concat(first.queries.stream(), second.queries.stream()).toList();
  }

  @Override
  public void close() {
    nameServer.close();
    first.close();
    second.close();
  }
}
