package io.holdfast.shell.tablet;

import io.holdfast.client.call.Refusals;
import io.holdfast.protocol.openmldb.tablet.FollowerInfo;
import io.holdfast.protocol.openmldb.tablet.GetTableFollowerRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableFollowerResponse;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.Listing;
import java.util.List;

/** Shows how far the followers of a partition are. */
final class GetFollower implements Command<TabletContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "getfollower",
        "show how far the followers of a partition are, if it is led here",
        List.of("getfollower tid pid"),
        List.of("getfollower 1 0"));
  }

  @Override
  public String failurePrefix() {
    return "get failed, error msg: ";
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    if (words.size() < 3) {
      return Reply.usage("Bad getfollower format");
    }
    TabletWords replica = TabletWords.of(words);
    if (replica.problem() != null) {
      return replica.problem();
    }
    GetTableFollowerRequest request =
        GetTableFollowerRequest.newBuilder().setTid(replica.tid()).setPid(replica.pid()).build();
    GetTableFollowerResponse answer =
        Refusals.checked(
            context.ask("GetTableFollower", request, GetTableFollowerResponse.getDefaultInstance()),
            "getfollower");
    Listing listing = Listing.of("#", "tid", "pid", "leader_offset", "follower", "offset");
    for (FollowerInfo follower : answer.getFollowerInfoList()) {
      listing.row(
          new Fields()
              .put("tid", replica.tid())
              .put("pid", replica.pid())
              .put("leader_offset", answer.getOffset())
              .put("follower", follower.getEndpoint())
              .put("offset", follower.getOffset()),
          Integer.toString(listing.size()),
          Integer.toString(replica.tid()),
          Integer.toString(replica.pid()),
          Long.toUnsignedString(answer.getOffset()),
          follower.getEndpoint(),
          Long.toUnsignedString(follower.getOffset()));
    }
    return listing.reply(context.printer());
  }
}
