package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Takes a tablet out of service. */
public final class OfflineEndpoint implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "offlineendpoint",
        "take a tablet out of service: it leads nothing and is in no in-sync set",
        List.of("offlineendpoint endpoint [concurrency]"),
        List.of("offlineendpoint 10.0.0.2:9527"));
  }

  @Override
  public String failurePrefix() {
    return "failed to offline endpoint. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 2 || words.size() > 3) {
      return Reply.usage("Bad format");
    }
    if (words.size() > 2 && !words.get(2).matches("0*[1-9][0-9]{0,8}")) {
      return Reply.usage("Invalid args. concurrency should be greater than 0");
    }
    String endpoint = words.get(1);
    if (!context.confirmed("Take " + endpoint + " out of service? yes/no")) {
      return Reply.failed(ExitCode.FAILED, "'offlineendpoint' cmd is canceled!", "");
    }
    List<Long> ops = context.admin().offlineEndpoint(endpoint);
    return Reply.done("offline endpoint ok").withOps(ops);
  }
}
