package io.holdfast.shell.command;

import io.holdfast.client.discovery.ClusterSession;
import io.holdfast.client.discovery.ClusterSession.NameServer;
import io.holdfast.client.discovery.DiscoveryException;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.Listing;
import java.util.List;

/** Lists the nameservers with their roles. */
public final class ShowNs implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "showns",
        "list the nameservers and their roles",
        List.of("showns"),
        List.of("showns"));
  }

  @Override
  public Reply run(NsContext context, List<String> words) throws InterruptedException {
    if (context.session().isEmpty()) {
      return Reply.failed(
          ExitCode.USAGE,
          "Show nameserver failed. zk_cluster is empty",
          "the nameservers are listed in ZooKeeper: give --zk_cluster instead of --endpoint");
    }
    ClusterSession session = context.session().get();
    List<NameServer> servers;
    try {
      servers = session.nameServers();
    } catch (DiscoveryException e) {
      String line =
          e.stage() == DiscoveryException.Stage.READ
              ? "get endpoint failed. path " + e.getMessage()
              : "get children failed";
      return Reply.failed(ExitCode.UNREACHABLE, line, e.getMessage());
    }
    Listing listing = Listing.of("endpoint", "real_endpoint", "role");
    for (NameServer server : servers) {
      String role = server.leader() ? "leader" : "standby";
      String real = server.realEndpoint();
      listing.row(
          new Fields()
              .put("endpoint", server.endpoint())
              .put("real_endpoint", real.isEmpty() ? null : real)
              .put("role", role),
          server.endpoint(),
          real,
          role);
    }
    return listing.reply(context.printer());
  }
}
