package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Gives a table more or fewer replicas. */
public final class SetReplicaNum implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "setreplicanum",
        "give a table more or fewer replicas: new ones are filled, needless ones put aside",
        List.of("setreplicanum table_name replica_num"),
        List.of("setreplicanum table1 3", "setreplicanum table1 3 --wait"));
  }

  @Override
  public String failurePrefix() {
    return "failed to setreplicanum. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() != 3) {
      return Reply.usage("Bad format");
    }
    int replicas;
    try {
      replicas = Numbers.unsigned32(words.get(2));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args. replica_num should be uint32_t");
    }
    List<Long> ops = context.admin().setReplicaNum(context.database(), words.get(1), replicas);
    return Reply.done("setreplicanum ok").withOps(ops);
  }
}
