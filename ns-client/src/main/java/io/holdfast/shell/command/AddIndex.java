package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Adds an index, which is filled with the rows that are there. */
public final class AddIndex implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "addindex",
        "have one more index, which is filled with the rows that are there and can be asked then",
        List.of("addindex table_name index_name [col_name[,col_name ...]] [ts_name]"),
        List.of("addindex table1 card", "addindex table1 card_mcc card,mcc ts1 --wait"));
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
    ColumnKey.Builder index = ColumnKey.newBuilder().setIndexName(words.get(2));
    for (String column : (words.size() > 3 ? words.get(3) : words.get(2)).split(",", -1)) {
      String[] parts = column.split(":", -1);
      if (parts.length > 1 && ColumnWords.type(parts[1]).isEmpty()) {
        return ColumnWords.noType(parts[1]);
      } else if (parts.length > 1) {
        return Reply.usage(
            failurePrefix()
                + "an index is made of columns that are there; add the column with addtablefield"
                + " first");
      }
      if (!DataTables.columnNames(table.get()).contains(column)) {
        return Reply.usage(failurePrefix() + "column :" + column + " is not member of columns");
      }
      index.addColName(column);
    }
    if (words.size() > 4) {
      index.setTsName(words.get(4));
    }
    List<Long> ops = context.admin().addIndex(context.database(), words.get(1), index.build());
    return Reply.done("addindex ok").withOps(ops);
  }
}
