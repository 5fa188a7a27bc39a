package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Would add an index. */
public final class AddIndex implements Command<NsContext> {
  private static final String REFUSAL =
      "a table keeps the indexes that it was created with, since the rows that are there would be"
          + " missing from a new one; create a table with the index and copy the rows";

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "addindex",
        "not supported: a table keeps the indexes that it was created with",
        List.of("addindex table_name index_name [col_name[,col_name ...]] [ts_name]"),
        List.of("addindex table1 card", "addindex table1 card_mcc card,mcc ts1"));
  }

  @Override
  public String failurePrefix() {
    return "failed to addindex. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 3 || words.size() > 5) {
      return Reply.usage(
          "Bad format for addindex! eg. addindex table_name index_name [col_name] [ts_name]");
    }
    Optional<TableInfo> table = context.describe(words.get(1));
    if (table.isEmpty()) {
      return DataTables.noTable(context, words.get(1), failurePrefix() + "table does not exist");
    }
    if (DataTables.hasIndex(table.get(), words.get(2))) {
      return Reply.usage(failurePrefix() + "index has already exist!");
    }
    for (String column : (words.size() > 3 ? words.get(3) : words.get(2)).split(",", -1)) {
      String[] parts = column.split(":", -1);
      if (parts.length > 1 && ColumnWords.type(parts[1]).isEmpty()) {
        return ColumnWords.noType(parts[1]);
      }
      if (parts.length == 1 && !DataTables.columnNames(table.get()).contains(column)) {
        return Reply.usage(failurePrefix() + "column :" + column + " is not member of columns");
      }
    }
    return Reply.notSupported(failurePrefix() + REFUSAL);
  }
}
