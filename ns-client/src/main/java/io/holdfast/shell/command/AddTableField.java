package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Adds a column. */
public final class AddTableField implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "addtablefield",
        "add a column, which is NULL in the rows that are there",
        List.of("addtablefield table_name col_name col_type"),
        List.of("addtablefield table1 amount double"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to add table field. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() != 4) {
      return Reply.usage("Bad format");
    }
    String table = words.get(1);
    Optional<TableInfo> found = context.describe(table);
    if (found.isEmpty()) {
      return DataTables.noTable(
          context, table, "add table field failed! table " + table + " doesn`t exist");
    }
    Optional<DataType> type = ColumnWords.type(words.get(3));
    if (type.isEmpty()) {
      return ColumnWords.noType(words.get(3));
    }
    if (DataTables.columnNames(found.get()).contains(words.get(2))) {
      return Reply.usage(failurePrefix() + "field name repeated in table_info!");
    }
    context.admin().addColumn(found.get(), words.get(2), type.get());
    return Reply.done("add table field ok");
  }
}
