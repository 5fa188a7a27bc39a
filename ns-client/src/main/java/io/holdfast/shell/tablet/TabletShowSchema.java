package io.holdfast.shell.tablet;

import io.holdfast.client.HoldfastException;
import io.holdfast.client.call.Refusals;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaResponse;
import io.holdfast.protocol.openmldb.tablet.TableMeta;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.Failures;
import io.holdfast.shell.Reply;
import io.holdfast.shell.command.SchemaText;
import java.util.List;

/** Shows the columns and indexes of a table as the tablet knows them. */
final class TabletShowSchema implements Command<TabletContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "showschema",
        "show the columns and indexes of a table",
        List.of("showschema tid pid"),
        List.of("showschema 1 0"));
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    if (words.size() < 3) {
      return Reply.usage("Bad show schema format");
    }
    TabletWords replica = TabletWords.of(words);
    if (replica.problem() != null) {
      return replica.problem();
    }
    GetTableSchemaRequest request =
        GetTableSchemaRequest.newBuilder().setTid(replica.tid()).setPid(replica.pid()).build();
    TableMeta table;
    try {
      table =
          Refusals.checked(
                  context.ask(
                      "GetTableSchema", request, GetTableSchemaResponse.getDefaultInstance()),
                  "showschema")
              .getTableMeta();
    } catch (HoldfastException e) {
      return Reply.failed(
          Failures.exitCode(e),
          Failures.serverCode(e),
          List.of("ShowSchema failed"),
          Failures.reason(e));
    }
    if (table.getColumnDescCount() == 0) {
      return Reply.failed(ExitCode.NOT_FOUND, "No schema for table", "");
    }
    return SchemaText.reply(
        table.getColumnDescList(), table.getAddedColumnDescList(), table.getColumnKeyList());
  }
}
