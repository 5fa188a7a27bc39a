package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Empties a tablet. */
public final class Drain implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "drain",
        "empty a tablet: its copies are made anew on others, and it gets no more until"
            + " recoverendpoint",
        List.of("drain endpoint"),
        List.of("drain 10.0.0.2:9527", "drain 10.0.0.2:9527 --wait"));
  }

  @Override
  public String failurePrefix() {
    return "failed to drain endpoint. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() != 2) {
      return Reply.usage("Bad format");
    }
    String endpoint = words.get(1);
    if (!context.confirmed("Move everything off " + endpoint + "? yes/no")) {
      return Reply.failed(ExitCode.FAILED, "'drain' cmd is canceled!", "");
    }
    return Reply.done("drain endpoint ok").withOps(context.admin().drain(endpoint));
  }
}
