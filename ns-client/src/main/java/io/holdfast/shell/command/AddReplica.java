package io.holdfast.shell.command;

import io.holdfast.client.AdminClient;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Gives partitions one more replica. */
public final class AddReplica implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "addreplica",
        "give partitions one more replica; as a learner it is never counted and never leads; as"
            + " a witness it counts, keeps the log only and never leads",
        List.of("addreplica table_name pid_group endpoint [learner|witness]"),
        List.of(
            "addreplica table1 0 10.0.0.4:9527",
            "addreplica table1 0,2,3 10.0.0.4:9527",
            "addreplica table1 1-3 10.0.0.4:9527 learner"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to addreplica. error msg:";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    boolean learner = words.size() == 5 && words.get(4).equals("learner");
    boolean witness = words.size() == 5 && words.get(4).equals("witness");
    if (words.size() != 4 && !learner && !witness) {
      return Reply.usage("Bad format");
    }
    Optional<List<Integer>> pids = PidGroup.parse(words.get(2));
    if (pids.isEmpty()) {
      return PidGroup.refusal(words.get(2));
    }
    AdminClient admin = context.admin();
    String table = words.get(1);
    String endpoint = words.get(3);
    List<Long> ops =
        witness
            ? admin.addWitness(context.database(), table, pids.get(), endpoint)
            : admin.addReplica(context.database(), table, pids.get(), endpoint, learner);
    return Reply.done("AddReplica ok").withOps(ops);
  }
}
