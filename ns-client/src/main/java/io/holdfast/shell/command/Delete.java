package io.holdfast.shell.command;

import io.holdfast.client.ReadKey;
import io.holdfast.client.WriteOptions;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Deletes the rows of a key. */
public final class Delete implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATA,
        "delete",
        "delete the rows of a key",
        List.of("delete table_name key [index_name]"),
        List.of("delete table1 card0", "delete table1 card0 card"));
  }

  @Override
  public String failurePrefix() {
    return "delete failed. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 3) {
      return Reply.usage("Bad format");
    }
    Optional<TableInfo> table = context.describe(words.get(1));
    if (table.isEmpty()) {
      return DataTables.noTable(
          context, words.get(1), failurePrefix() + "table " + words.get(1) + " does not exist");
    }
    String index = words.size() > 3 ? words.get(3) : "";
    if (!DataTables.hasIndex(table.get(), index)) {
      return DataTables.noIndex(table.get(), "idx_name " + index + " does not exist");
    }
    context.table(words.get(1)).delete(new ReadKey(words.get(2), index), WriteOptions.DEFAULT);
    return Reply.done("delete ok");
  }
}
