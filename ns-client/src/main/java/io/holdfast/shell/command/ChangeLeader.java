package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Has another replica lead a partition. */
public final class ChangeLeader implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "changeleader",
        "have another replica lead a partition",
        List.of("changeleader table_name pid [candidate_leader | auto]"),
        List.of("changeleader table1 0 auto", "changeleader table1 0 10.0.0.2:9527"));
  }

  @Override
  public String failurePrefix() {
    return "failed to change leader. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 3 || words.size() > 4) {
      return Reply.usage("Bad format");
    }
    int pid;
    try {
      pid = Integer.parseUnsignedInt(words.get(2));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args. pid should be uint32_t");
    }
    String target = words.size() > 3 ? words.get(3) : "";
    if (!context.confirmed("Change the leader of partition " + pid + "? yes/no")) {
      return Reply.failed(ExitCode.FAILED, "'changeleader' cmd is canceled!", "");
    }
    List<Long> ops = context.admin().changeLeader(context.database(), words.get(1), pid, target);
    return Reply.done("change leader ok").withOps(ops);
  }
}
