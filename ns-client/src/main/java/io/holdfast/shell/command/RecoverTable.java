package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Has a replica brought back. */
public final class RecoverTable implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "recovertable",
        "have a partition served, and a replica of it in sync",
        List.of("recovertable table_name pid endpoint"),
        List.of("recovertable table1 0 10.0.0.2:9527"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to recover table. error msg:";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 4) {
      return Reply.usage("Bad format");
    }
    int pid;
    try {
      pid = Numbers.unsigned32(words.get(2));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args. pid should be uint32_t");
    }
    List<Long> ops =
        context.admin().recoverTable(context.database(), words.get(1), pid, words.get(3));
    return Reply.done("recover table ok").withOps(ops);
  }
}
