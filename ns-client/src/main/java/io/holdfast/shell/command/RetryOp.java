package io.holdfast.shell.command;

import io.holdfast.client.HoldfastException;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Failures;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Begins an operation once more. */
public final class RetryOp implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "retryop",
        "begin an operation that failed or was cancelled once more",
        List.of("retryop op_id"),
        List.of("retryop 1002"));
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() != 2) {
      return Reply.usage("bad retryop format, eg retryop 1002");
    }
    long id;
    try {
      id = Numbers.unsigned64(words.get(1));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args. op_id should be uint64_t");
    }
    try {
      context.admin().retryOp(id);
    } catch (HoldfastException e) {
      return Failures.reply(
          "Retry op failed, error msg: ReturnCode[" + Failures.serverCode(e) + "]", e);
    }
    return Reply.done("Retry op ok");
  }
}
