package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.Listing;
import java.util.List;

/** Lists the addresses under which clients outside reach the servers. */
public final class ShowSdkEndpoint implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "showsdkendpoint",
        "list the servers' addresses for clients outside",
        List.of("showsdkendpoint"),
        List.of("showsdkendpoint"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to show sdkendpoint. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    Listing listing = Listing.of("endpoint", "sdk_endpoint");
    context
        .admin()
        .sdkEndpoints()
        .forEach(
            (server, outside) ->
                listing.row(
                    new Fields().put("endpoint", server).put("sdk_endpoint", outside),
                    server,
                    outside));
    return listing.reply(context.printer());
  }
}
