package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Shows the columns and indexes of a table. */
public final class ShowSchema implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "showschema",
        "show the columns and indexes of a table",
        List.of("showschema table_name"),
        List.of("showschema table1"));
  }

  @Override
  public String failurePrefix() {
    return "failed to showschema. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 2) {
      return Reply.usage("showschema format error. eg: showschema tablename");
    }
    Optional<TableInfo> found = context.describe(words.get(1));
    if (found.isEmpty()) {
      return DataTables.noTable(context, words.get(1), "table " + words.get(1) + " does not exist");
    }
    TableInfo table = found.get();
    Reply reply =
        SchemaText.reply(
            table.getColumnDescList(), table.getAddedColumnDescList(), table.getColumnKeyList());
    List<String> unfilled = table.getUnfilledIndexesList();
    return unfilled.isEmpty()
        ? reply
        : reply.withHint(
            "still being filled, and cannot be asked yet: "
                + String.join(", ", unfilled)
                + "; `showopstatus` shows how far that is");
  }
}
