package io.holdfast.shell.tablet;

import io.holdfast.client.HoldfastException;
import io.holdfast.client.call.Refusals;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.LoadTableRequest;
import io.holdfast.protocol.openmldb.tablet.TableMeta;
import io.holdfast.protocol.openmldb.tablet.TableMode;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Failures;
import io.holdfast.shell.Reply;
import io.holdfast.shell.command.Numbers;
import java.util.List;

/** Asks a tablet to load a replica from its disk. Tablets have done so by themselves. */
final class LoadTable implements Command<TabletContext> {
  private static final String FORMAT = "Bad LoadTable format";
  private static final String PREFIX = "Fail to LoadTable: ";

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "loadtable",
        "load a replica that is on the tablet's disk; tablets do so by themselves at their start",
        List.of("loadtable name tid pid ttl seg_cnt [is_leader]"),
        List.of("loadtable table1 1 0 144000 8"));
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    if (words.size() < 6) {
      return Reply.usage(FORMAT + " eg loadtable <name> <tid> <pid> <ttl> <seg_cnt> [<is_leader>]");
    }
    String leads = words.size() > 6 ? words.get(6) : "true";
    if (!leads.equals("true") && !leads.equals("false")) {
      return Reply.usage(FORMAT);
    }
    TableMeta.Builder table = TableMeta.newBuilder().setName(words.get(1));
    try {
      table
          .setTid(Numbers.unsigned32(words.get(2)))
          .setPid(Numbers.unsigned32(words.get(3)))
          .setSegCnt(Numbers.unsigned32(words.get(5)));
      // Not sent: the table knows how long its rows live. Wrong words are wrong all the same.
      var unused = Numbers.unsigned64(words.get(4));
    } catch (NumberFormatException e) {
      return Reply.usage(FORMAT);
    }
    table.setMode(leads.equals("true") ? TableMode.kTableLeader : TableMode.kTableFollower);
    LoadTableRequest request = LoadTableRequest.newBuilder().setTableMeta(table).build();
    try {
      var unused =
          Refusals.checked(
              context.ask("LoadTable", request, GeneralResponse.getDefaultInstance()), "loadtable");
      return Reply.done("LoadTable ok");
    } catch (HoldfastException e) {
      int code = Failures.serverCode(e);
      String returned = "ReturnCode[" + (code == 0 ? -1 : code) + "]";
      return TabletReplies.failed(e, PREFIX + returned + Failures.reason(e));
    }
  }
}
