package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Puts a tablet back into service. */
public final class RecoverEndpoint implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "recoverendpoint",
        "put a tablet back into service; its replicas join when they have caught up",
        List.of("recoverendpoint endpoint [need_restore] [concurrency]"),
        List.of("recoverendpoint 10.0.0.2:9527"));
  }

  @Override
  public String failurePrefix() {
    return "failed to recover endpoint. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 2 || words.size() > 4) {
      return Reply.usage("Bad format");
    }
    if (words.size() > 2 && !List.of("true", "false").contains(words.get(2))) {
      return Reply.usage("Invalid args. need_restore should be true or false");
    }
    if (words.size() > 3 && !words.get(3).matches("0*[1-9][0-9]{0,8}")) {
      return Reply.usage("Invalid args. concurrency should be greater than 0");
    }
    List<Long> ops = context.admin().recoverEndpoint(words.get(1));
    return Reply.done("recover endpoint ok").withOps(ops);
  }
}
