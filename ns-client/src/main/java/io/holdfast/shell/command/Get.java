package io.holdfast.shell.command;

import io.holdfast.client.GetResult;
import io.holdfast.client.ReadKey;
import io.holdfast.client.TableClient;
import io.holdfast.client.row.RowPairs;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import java.util.List;
import java.util.Optional;

/** Reads one row. */
public final class Get implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATA,
        "get",
        "read the row of a key at a time; 0 is the newest",
        List.of(
            "get table_name key [index_name] ts",
            "get table_name=NAME key=KEY [index_name=INDEX] ts=TS"),
        List.of("get table1 card0 0", "get table_name=table1 key=card0 index_name=card ts=0"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to get value! error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    String name;
    ReadKey key;
    String tsText;
    if (NamedArguments.used(words)) {
      NamedArguments arguments = NamedArguments.of(words);
      if (!arguments.has("key", "ts")) {
        return Reply.usage("Bad format");
      }
      name = arguments.get("table_name");
      key = new ReadKey(arguments.get("key"), arguments.get("index_name"));
      tsText = arguments.get("ts");
    } else if (words.size() >= 4) {
      name = words.get(1);
      key = new ReadKey(words.get(2), words.size() > 4 ? words.get(3) : "");
      tsText = words.get(words.size() > 4 ? 4 : 3);
    } else {
      return Reply.usage("Bad format");
    }
    long ts;
    try {
      ts = Numbers.unsigned64(tsText);
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args. ts should be uint64_t");
    }
    Optional<TableInfo> table = context.describe(name);
    if (table.isEmpty()) {
      return DataTables.noTable(
          context, name, failurePrefix() + "table " + name + " does not exist");
    }
    return get(context, table.get(), key, ts);
  }

  private Reply get(NsContext context, TableInfo table, ReadKey key, long ts) {
    TableClient client = context.table(table.getName());
    GetResult result = client.get(key, ts);
    if (!result.found()) {
      return Reply.failed(ExitCode.NOT_FOUND, 109, List.of(failurePrefix() + "key not found"), "");
    }
    if (!DataTables.hasColumns(table)) {
      String value = Cells.text(result.row());
      return Reply.result(
          List.of("value :" + value),
          List.of(
              new Fields()
                  .put("ts", result.ts())
                  .put("version", result.version())
                  .put("key", key.key())
                  .put("data", value)
                  .map()));
    }
    RowListing rows = new RowListing(client, table, true);
    rows.add(key.key(), new RowPairs.Entry(key.key(), result.ts(), result.row()), result.version());
    return rows.reply(context.printer());
  }
}
