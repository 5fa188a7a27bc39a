package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.HumanNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows the figures of a table. */
public final class Info implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "info",
        "show the figures of a table",
        List.of("info table_name"),
        List.of("info table1"));
  }

  @Override
  public String failurePrefix() {
    return "failed to get table info. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 2) {
      return Reply.usage("info format error. eg: info tablename");
    }
    Optional<TableInfo> found = context.describe(words.get(1));
    if (found.isEmpty()) {
      return Reply.failed(
          ExitCode.NOT_FOUND,
          100,
          List.of(),
          "table " + words.get(1) + " does not exist; " + context.adviceOnTable(words.get(1)));
    }
    TableInfo table = found.get();
    long records = 0;
    long memory = 0;
    long disk = 0;
    for (TablePartition partition : table.getTablePartitionList()) {
      records += partition.getRecordCnt();
      memory += partition.getRecordByteSize();
      disk += partition.getDiskused();
    }
    String partitionKey = String.join(", ", table.getPartitionKeyList());
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("name", table.getName()));
    rows.add(List.of("replica_num", Integer.toString(table.getReplicaNum())));
    rows.add(List.of("partition_num", Integer.toString(table.getPartitionNum())));
    rows.add(List.of("compress_type", table.getCompressType().name()));
    rows.add(List.of("record_cnt", Long.toString(records)));
    rows.add(List.of("memused", HumanNumbers.size(memory)));
    rows.add(List.of("diskused", HumanNumbers.size(disk)));
    rows.add(List.of("partition_key", partitionKey));
    Fields json =
        new Fields()
            .put("db", table.getDb())
            .put("name", table.getName())
            .put("tid", table.getTid())
            .put("replica_num", table.getReplicaNum())
            .put("partition_num", table.getPartitionNum())
            .put("compress_type", table.getCompressType().name())
            .put("storage_mode", table.getStorageMode().name())
            .put("record_cnt", records)
            .put("memused", memory)
            .put("diskused", disk)
            .put("partition_key", List.copyOf(table.getPartitionKeyList()));
    return Reply.result(context.printer().print(List.of("attribute", "value"), rows), json.map());
  }
}
