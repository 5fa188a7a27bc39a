package io.holdfast.shell.tablet;

import io.holdfast.protocol.openmldb.tablet.ChangeRoleRequest;
import io.holdfast.protocol.openmldb.tablet.ChangeRoleResponse;
import io.holdfast.protocol.openmldb.tablet.TableMode;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Reply;
import io.holdfast.shell.command.Numbers;
import java.util.List;

/** Asks a replica to take a role. Tablets refuse: the nameserver makes leaders. */
final class ChangeRole implements Command<TabletContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "changerole",
        "refused: use changeleader of the nameserver shell",
        List.of("changerole tid pid leader|follower [term]"),
        List.of("changerole 1 0 leader", "changerole 1 0 follower"));
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    if (words.size() < 4) {
      return Reply.usage("Bad changerole format");
    }
    TabletWords replica = TabletWords.of(words);
    if (replica.problem() != null) {
      return replica.problem();
    }
    String role = words.get(3);
    if (!role.equals("leader") && !role.equals("follower")) {
      return Reply.usage("role must be leader or follower");
    }
    ChangeRoleRequest.Builder request =
        ChangeRoleRequest.newBuilder()
            .setTid(replica.tid())
            .setPid(replica.pid())
            .setMode(role.equals("leader") ? TableMode.kTableLeader : TableMode.kTableFollower);
    if (words.size() > 4) {
      try {
        request.setTerm(Numbers.unsigned64(words.get(4)));
      } catch (NumberFormatException e) {
        return Reply.usage("Invalid args, termid should be uint64_t");
      }
    }
    return TabletReplies.fixed(
        () -> context.ask("ChangeRole", request.build(), ChangeRoleResponse.getDefaultInstance()),
        "changerole",
        "ChangeRole ok",
        "Fail to change " + role);
  }
}
