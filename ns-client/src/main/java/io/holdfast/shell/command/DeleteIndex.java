package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Deletes an index with its entries. */
public final class DeleteIndex implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "deleteindex",
        "delete an index with its entries; not the first one",
        List.of("deleteindex table_name index_name"),
        List.of("deleteindex table1 index0"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to delete index. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() != 3) {
      return Reply.failed(
          ExitCode.USAGE, 0, List.of("Bad format", "usage: deleteindex table_name index_name"), "");
    }
    Optional<TableInfo> table = context.describe(words.get(1));
    if (table.isEmpty()) {
      return DataTables.noTable(context, words.get(1), failurePrefix() + "table does not exist");
    }
    String index = words.get(2);
    // Also one that is deleted already: not every leader may be without it yet.
    if (table.get().getColumnKeyList().stream()
        .noneMatch(key -> key.getIndexName().equals(index))) {
      return DataTables.noIndex(table.get(), failurePrefix() + "index doesn't exist!");
    }
    if (DataTables.find(table.get(), "").orElseThrow().getIndexName().equals(index)) {
      return Reply.usage(failurePrefix() + "index is primary key");
    }
    context.admin().deleteIndex(context.database(), words.get(1), index);
    return Reply.done("delete index ok");
  }
}
