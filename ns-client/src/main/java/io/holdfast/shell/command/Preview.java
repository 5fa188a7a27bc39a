package io.holdfast.shell.command;

import io.holdfast.client.TableClient;
import io.holdfast.client.TraversePage;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Shows some rows of a table. */
public final class Preview implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATA,
        "preview",
        "show some rows of a table",
        List.of("preview table_name [limit]"),
        List.of("preview table1", "preview table1 10"));
  }

  @Override
  public String failurePrefix() {
    return "preview failed. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 2) {
      return Reply.usage("Bad format");
    }
    int limit = context.flags().previewDefaultLimit();
    if (words.size() > 2) {
      try {
        limit = Numbers.unsigned32(words.get(2));
      } catch (NumberFormatException e) {
        return Reply.usage("Invalid args. limit should be uint32_t");
      }
    }
    int most = context.flags().previewMaxLimit();
    if (limit > most) {
      return Reply.usage("preview error. limit is greater than the max num " + most);
    }
    if (limit == 0) {
      return Reply.usage("preview error. limit must be greater than zero");
    }
    Optional<TableInfo> table = context.describe(words.get(1));
    if (table.isEmpty()) {
      return DataTables.noTable(
          context, words.get(1), failurePrefix() + "table " + words.get(1) + " does not exist");
    }
    return preview(context, table.get(), limit);
  }

  private static Reply preview(NsContext context, TableInfo table, int limit) {
    TableClient client = context.table(table.getName());
    RowListing rows = new RowListing(client, table, !DataTables.indexHasTime(table, ""));
    int partitions = client.partitionCount();
    for (int pid = 0; pid < partitions && rows.size() < limit; pid++) {
      TraversePage.Cursor cursor = TraversePage.Cursor.START;
      boolean more = true;
      while (more && rows.size() < limit) {
        TraversePage page = client.traverse(pid, cursor, limit - rows.size());
        page.entries().forEach(entry -> rows.add(entry.key(), entry, page.version()));
        // A page that brings nothing and does not end the walk would be asked for again and again.
        more = !page.finished() && !page.entries().isEmpty();
        cursor = page.next();
      }
    }
    return rows.reply(context.printer());
  }
}
