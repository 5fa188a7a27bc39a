package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Takes replicas away. */
public final class DelReplica implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "delreplica",
        "take replicas away; their data is put aside",
        List.of("delreplica table_name pid_group endpoint"),
        List.of("delreplica table1 0 10.0.0.4:9527", "delreplica table1 1-3 10.0.0.4:9527"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to delreplica. error msg:";
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
        context.admin().delReplica(context.database(), words.get(1), pids.get(), words.get(3));
    return Reply.done("DelReplica ok").withOps(ops);
  }
}
