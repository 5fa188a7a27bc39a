package io.holdfast.shell.tablet;

import com.google.protobuf.Message;
import io.holdfast.protocol.openmldb.tablet.ConnectZKRequest;
import io.holdfast.protocol.openmldb.tablet.DisConnectZKRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Reply;
import java.util.List;

/** Speaks to a tablet about its session with ZooKeeper, which it keeps without being asked. */
final class ZkCommand implements Command<TabletContext> {
  private final boolean connect;

  ZkCommand(boolean connect) {
    this.connect = connect;
  }

  @Override
  public CommandHelp help() {
    return connect
        ? new CommandHelp(
            CommandHelp.CLUSTER,
            "connectzk",
            "say whether the tablet is registered in ZooKeeper, which it keeps up by itself",
            List.of("connectzk"),
            List.of("connectzk"))
        : new CommandHelp(
            CommandHelp.CLUSTER,
            "disconnectzk",
            "refused: use offlineendpoint of the nameserver shell",
            List.of("disconnectzk"),
            List.of("disconnectzk"));
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    String verb = connect ? "connect" : "disconnect";
    Message request =
        connect ? ConnectZKRequest.getDefaultInstance() : DisConnectZKRequest.getDefaultInstance();
    return TabletReplies.fixed(
        () ->
            context.ask(
                connect ? "ConnectZK" : "DisConnectZK",
                request,
                GeneralResponse.getDefaultInstance()),
        help().name(),
        verb + " zk ok",
        "Fail to " + verb + " zk");
  }
}
