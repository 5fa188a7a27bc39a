package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Says where clients outside reach a server. */
public final class SetSdkEndpoint implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "setsdkendpoint",
        "say where clients outside reach a server; null takes the address away",
        List.of("setsdkendpoint server_name sdk_endpoint|null"),
        List.of(
            "setsdkendpoint 10.0.0.1:9527 203.0.113.7:9527", "setsdkendpoint 10.0.0.1:9527 null"));
  }

  @Override
  public String failurePrefix() {
    return "setsdkendpoint failed. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 3) {
      return Reply.usage("Bad format");
    }
    context.admin().setSdkEndpoint(words.get(1), words.get(2));
    return Reply.done("setsdkendpoint ok");
  }
}
