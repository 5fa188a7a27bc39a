package io.holdfast.shell.command;

import io.holdfast.client.HoldfastException;
import io.holdfast.client.OutcomeUnknownException;
import io.holdfast.client.WriteOptions;
import io.holdfast.client.row.EncodedRow;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.Failures;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts one row. */
public final class Put implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATA,
        "put",
        "put one row; the time only if no index has a time column",
        List.of("put table_name [ts] value1 value2 ...", "put table_name key ts value"),
        List.of("put table1 1700000000000 card0 mcc0 1.3", "put table2 key1 1 value1"));
  }

  @Override
  public String failurePrefix() {
    return "put failed. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 3) {
      return Reply.usage("Bad format");
    }
    Optional<TableInfo> found = context.describe(words.get(1));
    if (found.isEmpty()) {
      return DataTables.noTable(
          context, words.get(1), "put failed! table " + words.get(1) + " does not exist");
    }
    TableInfo table = found.get();
    try {
      return DataTables.hasColumns(table)
          ? putRow(context, table, words.subList(2, words.size()))
          : putValue(context, table, words);
    } catch (NumberFormatException e) {
      return Reply.failed(ExitCode.USAGE, "Encode data error", "not a number: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      return Reply.failed(ExitCode.USAGE, "Encode data error", e.getMessage());
    }
  }

  private static Reply putValue(NsContext context, TableInfo table, List<String> words) {
    if (words.size() < 5) {
      return Reply.usage("Bad format");
    }
    String key = words.get(2);
    long ts = Numbers.unsigned64(words.get(3));
    byte[] value = words.get(4).getBytes(StandardCharsets.UTF_8);
    try {
      context.table(table.getName()).putValue(key, value, WriteOptions.DEFAULT.at(ts));
      return Reply.done("Put ok");
    } catch (HoldfastException e) {
      return failure(context, table, key, ts, e);
    }
  }

  private static Reply putRow(NsContext context, TableInfo table, List<String> words) {
    List<ColumnDesc> columns = DataTables.columns(table);
    boolean timeGiven = !DataTables.anyIndexHasTime(table);
    if (words.size() != columns.size() + (timeGiven ? 1 : 0)) {
      return Reply.failed(
          ExitCode.USAGE,
          "put format error! input value does not match the schema",
          (timeGiven ? "the time and " : "")
              + columns.size()
              + " values are expected; `showschema "
              + table.getName()
              + "` lists the columns");
    }
    long ts = timeGiven ? Numbers.unsigned64(words.get(0)) : 0;
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      values.add(Cells.parse(words.get(i + (timeGiven ? 1 : 0)), columns.get(i).getDataType()));
    }
    EncodedRow row = context.codec().encode(table, values);
    try {
      context.table(table.getName()).putEncoded(row, WriteOptions.DEFAULT.at(ts));
      return Reply.done("Put ok");
    } catch (HoldfastException e) {
      return failure(context, table, row.keys().get(0).key(), ts, e);
    }
  }

  private static Reply failure(
      NsContext context, TableInfo table, String key, long ts, HoldfastException failure) {
    if (failure instanceof OutcomeUnknownException) {
      return Failures.reply("put outcome unknown. error msg: ", failure);
    }
    int pid = context.codec().partition(key, Math.max(1, table.getTablePartitionCount()));
    String endpoint = leader(table, pid);
    String line =
        endpoint.isEmpty()
            ? "put error. cannot find healthy endpoint. pid is " + pid
            : "put failed. tid "
                + table.getTid()
                + " pid "
                + pid
                + " endpoint "
                + endpoint
                + " ts "
                + ts
                + " ";
    return Reply.failed(
        Failures.exitCode(failure),
        Failures.serverCode(failure),
        List.of(line),
        Failures.reason(failure));
  }

  private static String leader(TableInfo table, int pid) {
    return table.getTablePartitionList().stream()
        .filter(partition -> partition.getPid() == pid)
        .flatMap(partition -> partition.getPartitionMetaList().stream())
        .filter(replica -> replica.getIsLeader() && replica.getIsAlive())
        .map(PartitionMeta::getEndpoint)
        .findFirst()
        .orElse("");
  }
}
