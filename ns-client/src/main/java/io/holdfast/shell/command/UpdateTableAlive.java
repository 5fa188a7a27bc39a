package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Says that replicas are to count. */
public final class UpdateTableAlive implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "updatetablealive",
        "ask for replicas to be in sync (yes); no changes nothing, since who is in sync is seen",
        List.of("updatetablealive table_name pid|* endpoint yes|no"),
        List.of("updatetablealive table1 * 10.0.0.2:9527 yes"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to update table alive. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 5) {
      return Reply.usage("Bad format");
    }
    if (!List.of("yes", "no").contains(words.get(4))) {
      return Reply.usage("is_alive should be yes or no");
    }
    int pid = -1;
    if (!words.get(2).equals("*")) {
      try {
        pid = Numbers.unsigned32(words.get(2));
      } catch (NumberFormatException e) {
        return Reply.usage("Invalid args. pid should be uint32_t");
      }
    }
    boolean alive = words.get(4).equals("yes");
    List<Long> ops =
        context
            .admin()
            .updateTableAlive(context.database(), words.get(1), pid, words.get(3), alive);
    return Reply.done("update ok").withOps(ops);
  }
}
