package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Has learners become members. */
public final class Promote implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "promote",
        "have learners, also lasting ones, become members as soon as they have caught up",
        List.of("promote table_name pid_group endpoint"),
        List.of("promote table1 0 10.0.0.4:9527"));
  }

  @Override
  public String failurePrefix() {
    return "failed to promote. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() != 4) {
      return Reply.usage("Bad format");
    }
    Optional<List<Integer>> pids = PidGroup.parse(words.get(2));
    if (pids.isEmpty()) {
      return PidGroup.refusal(words.get(2));
    }
    List<Long> ops =
        context.admin().promoteReplica(context.database(), words.get(1), pids.get(), words.get(3));
    return Reply.done("promote ok").withOps(ops);
  }
}
