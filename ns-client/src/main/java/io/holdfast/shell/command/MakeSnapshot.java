package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Has the leader of a partition make a snapshot. */
public final class MakeSnapshot implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "makesnapshot",
        "have a partition's leader make a snapshot",
        List.of("makesnapshot table_name pid"),
        List.of("makesnapshot table1 0"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to makesnapshot. error msg:";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 3) {
      return Reply.usage("Bad format");
    }
    int pid;
    try {
      pid = Numbers.unsigned32(words.get(2));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args. pid should be uint32_t");
    }
    List<Long> ops = context.admin().makeSnapshot(context.database(), words.get(1), pid);
    return Reply.done("MakeSnapshot ok").withOps(ops);
  }
}
