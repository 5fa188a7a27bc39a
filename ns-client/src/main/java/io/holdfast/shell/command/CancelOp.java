package io.holdfast.shell.command;

import io.holdfast.client.HoldfastException;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Failures;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Ends an operation. */
public final class CancelOp implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "cancelop",
        "end an operation; what it asked for is taken back",
        List.of("cancelop op_id"),
        List.of("cancelop 1002"));
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() != 2) {
      return Reply.usage("bad cancelop format, eg cancelop 1002");
    }
    long id;
    try {
      id = Numbers.unsigned64(words.get(1));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args. op_id should be uint64_t");
    }
    try {
      context.admin().cancelOp(id);
    } catch (HoldfastException e) {
      return Failures.reply(
          "Cancel op failed, error msg: ReturnCode[" + Failures.serverCode(e) + "]", e);
    }
    return Reply.done("Cancel op ok");
  }
}
