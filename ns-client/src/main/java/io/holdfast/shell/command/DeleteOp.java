package io.holdfast.shell.command;

import io.holdfast.client.HoldfastException;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Failures;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Map;

/** Removes operations that are over from the list. */
public final class DeleteOp implements Command<NsContext> {
  private static final Map<String, String> STATES =
      Map.of("done", "kDone", "failed", "kFailed", "canceled", "kCanceled");

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "deleteop",
        "remove operations that are over from the list",
        List.of("deleteop op_id | done | failed | canceled"),
        List.of("deleteop 1002"));
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() != 2) {
      return Reply.usage("bad deleteop format, eg: deleteop 1002, deleteop doing");
    }
    String state = STATES.get(words.get(1));
    try {
      if (state != null) {
        context.admin().deleteOps(context.database(), state);
      } else {
        context.admin().deleteOp(Numbers.unsigned64(words.get(1)));
      }
    } catch (NumberFormatException e) {
      return Reply.usage("invalid args");
    } catch (HoldfastException e) {
      return Failures.reply(
          "Delete op failed, error msg: ReturnCode[" + Failures.serverCode(e) + "]", e);
    }
    return Reply.done("Delete op ok");
  }
}
