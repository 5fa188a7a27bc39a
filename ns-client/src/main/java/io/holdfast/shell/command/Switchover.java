package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/**
 * Has another replica lead, under the names that other systems use: a switchover replaces a leader
 * that lives, a failover one that does not.
 */
public final class Switchover implements Command<NsContext> {
  private final boolean planned;

  /**
   * @param planned whether the leader is to be replaced though it lives
   */
  public Switchover(boolean planned) {
    this.planned = planned;
  }

  @Override
  public CommandHelp help() {
    return planned
        ? new CommandHelp(
            CommandHelp.CLUSTER,
            "switchover",
            "have another in-sync replica lead instead of one that lives; no write is lost",
            List.of("switchover table_name pid [candidate_leader]"),
            List.of("switchover table1 0", "switchover table1 0 10.0.0.2:9527"))
        : new CommandHelp(
            CommandHelp.CLUSTER,
            "failover",
            "have an in-sync replica lead instead of one that is down; refused while that lives",
            List.of("failover table_name pid"),
            List.of("failover table1 0"));
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 3 || words.size() > (planned ? 4 : 3)) {
      return Reply.usage("Bad format");
    }
    int pid;
    try {
      pid = Numbers.unsigned32(words.get(2));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args. pid should be uint32_t");
    }
    String target = "";
    if (planned) {
      target = words.size() > 3 ? words.get(3) : "auto";
    }
    String name = words.get(0);
    if (!context.confirmed("Change the leader of partition " + pid + "? yes/no")) {
      return Reply.failed(ExitCode.FAILED, "'" + name + "' cmd is canceled!", "");
    }
    List<Long> ops = context.admin().changeLeader(context.database(), words.get(1), pid, target);
    return Reply.done(name + " ok").withOps(ops);
  }
}
