package io.holdfast.shell.tablet;

import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.SetExpireRequest;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Reply;
import java.util.List;

/** Asks a replica to expire rows, or not to. Tablets refuse: copies must agree on it. */
final class SetExpire implements Command<TabletContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "setexpire",
        "refused: use setttl of the nameserver shell",
        List.of("setexpire tid pid true|false"),
        List.of("setexpire 1 0 false"));
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    if (words.size() < 4) {
      return Reply.usage("Bad format");
    }
    TabletWords replica = TabletWords.of(words);
    if (replica.problem() != null) {
      return replica.problem();
    }
    String expire = words.get(3);
    if (!expire.equals("true") && !expire.equals("false")) {
      return Reply.usage("Bad format");
    }
    SetExpireRequest request =
        SetExpireRequest.newBuilder()
            .setTid(replica.tid())
            .setPid(replica.pid())
            .setIsExpire(expire.equals("true"))
            .build();
    return TabletReplies.fixed(
        () -> context.ask("SetExpire", request, GeneralResponse.getDefaultInstance()),
        "setexpire",
        "setexpire ok",
        "Fail to setexpire");
  }
}
