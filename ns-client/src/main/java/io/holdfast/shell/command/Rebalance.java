package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Spreads copies and leaders evenly. */
public final class Rebalance implements Command<NsContext> {
  private static final String COPIES = "--replicas";
  private static final String LEADERS = "--leaders";

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "rebalance",
        "spread replicas and leaders evenly over the tablets that are up and in service",
        List.of("rebalance [--replicas | --leaders]"),
        List.of("rebalance --leaders", "rebalance --wait"));
  }

  @Override
  public String failurePrefix() {
    return "failed to rebalance. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    List<String> flags = words.subList(1, words.size());
    for (String flag : flags) {
      if (!flag.equals(COPIES) && !flag.equals(LEADERS)) {
        return Reply.usage("Bad format");
      }
    }
    List<Long> ops = context.admin().rebalance(flags.contains(COPIES), flags.contains(LEADERS));
    return ops.isEmpty()
        ? Reply.done("rebalance ok: nothing has to move")
        : Reply.done("rebalance ok").withOps(ops);
  }
}
