package io.holdfast.shell.command;

import io.holdfast.client.CountResult;
import io.holdfast.client.ReadKey;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import java.util.List;
import java.util.Optional;

/** Counts the rows of a key. */
public final class Count implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATA,
        "count",
        "count the rows of a key; true leaves out those past their time to live",
        List.of("count table_name key [index_name] [true|false]"),
        List.of("count table1 card0", "count table1 card0 card true"));
  }

  @Override
  public String failurePrefix() {
    return "Count failed. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 3) {
      return Reply.usage("Bad format");
    }
    String last = words.get(words.size() - 1);
    boolean filterGiven = words.size() > 3 && (last.equals("true") || last.equals("false"));
    String index = words.size() - (filterGiven ? 1 : 0) > 3 ? words.get(3) : "";
    Optional<TableInfo> table = context.describe(words.get(1));
    if (table.isEmpty()) {
      return DataTables.noTable(
          context, words.get(1), failurePrefix() + "table " + words.get(1) + " does not exist");
    }
    CountResult result =
        context
            .table(words.get(1))
            .count(new ReadKey(words.get(2), index), filterGiven && last.equals("true"));
    return Reply.result(
        List.of("count: " + result.count()),
        new Fields().put("count", result.count()).put("version", result.version()).map());
  }
}
