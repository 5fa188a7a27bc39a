package io.holdfast.shell.tablet;

import com.google.protobuf.Message;
import io.holdfast.protocol.openmldb.tablet.AddReplicaResponse;
import io.holdfast.protocol.openmldb.tablet.DropTableRequest;
import io.holdfast.protocol.openmldb.tablet.DropTableResponse;
import io.holdfast.protocol.openmldb.tablet.GeneralRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.ReplicaRequest;
import io.holdfast.protocol.openmldb.tablet.SendSnapshotRequest;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Reply;
import java.util.List;

/**
 * Asks the tablet to do something with one replica; the tablet says whether it does. Those that
 * only the nameserver may order are asked for like the others, so that it is the tablet that
 * refuses, whatever client asks.
 *
 * @param name the command, and what it does
 * @param method of the tablet
 * @param endpoint whether it names another tablet besides
 * @param done printed when it was done
 * @param failed printed when it was not
 * @param wrong printed when there are too few words
 */
record ReplicaCommand(
    String name,
    String summary,
    String method,
    boolean endpoint,
    String done,
    String failed,
    String wrong)
    implements Command<TabletContext> {

  static List<ReplicaCommand> all() {
    return List.of(
        ordered(
            "makesnapshot",
            "have a snapshot of a replica made; gettablestatus shows kMakingSnapshot until it is",
            "MakeSnapshot"),
        ordered(
            "pausesnapshot",
            "have no snapshots made of a replica until recoversnapshot",
            "PauseSnapshot"),
        ordered("recoversnapshot", "end pausesnapshot", "RecoverSnapshot"),
        new ReplicaCommand(
            "sendsnapshot",
            "refused: leaders send snapshots to those that need them by themselves",
            "SendSnapshot",
            true,
            "SendSnapshot ok",
            "Fail to SendSnapshot",
            "Bad SendSnapshot format"),
        new ReplicaCommand(
            "addreplica",
            "refused: use addreplica of the nameserver shell",
            "AddReplica",
            true,
            "AddReplica ok",
            "Fail to Add Replica",
            "Bad addreplica format"),
        new ReplicaCommand(
            "delreplica",
            "refused: use delreplica of the nameserver shell",
            "DelReplica",
            true,
            "DelReplica ok",
            "Fail to Del Replica",
            "Bad delreplica format"),
        new ReplicaCommand(
            "drop",
            "refused: use delreplica or drop of the nameserver shell",
            "DropTable",
            false,
            "Drop table ok",
            "Fail to drop table",
            "Bad drop command, you should input like 'drop tid pid' "));
  }

  private static ReplicaCommand ordered(String name, String summary, String method) {
    return new ReplicaCommand(
        name,
        summary,
        method,
        false,
        method + " ok",
        "Fail to " + method,
        "Bad " + method + " format");
  }

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        name,
        summary,
        List.of(name + " tid pid" + (endpoint ? " endpoint" : "")),
        List.of(name + " 1 0" + (endpoint ? " 10.0.0.2:9527" : "")));
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    if (words.size() < (endpoint ? 4 : 3)) {
      return Reply.usage(wrong);
    }
    TabletWords replica = TabletWords.of(words);
    if (replica.problem() != null) {
      return replica.problem();
    }
    String other = endpoint ? words.get(3) : "";
    return TabletReplies.fixed(
        () -> context.ask(method, request(replica, other), answerType()), name, done, failed);
  }

  private Message request(TabletWords replica, String other) {
    return switch (method) {
      case "SendSnapshot" ->
          SendSnapshotRequest.newBuilder()
              .setTid(replica.tid())
              .setPid(replica.pid())
              .setEndpoint(other)
              .build();
      case "AddReplica", "DelReplica" ->
          ReplicaRequest.newBuilder()
              .setTid(replica.tid())
              .setPid(replica.pid())
              .setEndpoint(other)
              .build();
      case "DropTable" ->
          DropTableRequest.newBuilder().setTid(replica.tid()).setPid(replica.pid()).build();
      default -> GeneralRequest.newBuilder().setTid(replica.tid()).setPid(replica.pid()).build();
    };
  }

  private Message answerType() {
    return switch (method) {
      case "AddReplica" -> AddReplicaResponse.getDefaultInstance();
      case "DropTable" -> DropTableResponse.getDefaultInstance();
      default -> GeneralResponse.getDefaultInstance();
    };
  }
}
