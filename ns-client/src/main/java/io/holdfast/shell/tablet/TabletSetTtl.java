package io.holdfast.shell.tablet;

import io.holdfast.protocol.openmldb.tablet.UpdateTTLRequest;
import io.holdfast.protocol.openmldb.tablet.UpdateTTLResponse;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Reply;
import io.holdfast.shell.command.Numbers;
import io.holdfast.shell.command.Ttl;
import java.util.List;

/**
 * Asks a replica to let its rows live for another time. Tablets refuse: copies must agree on it.
 */
final class TabletSetTtl implements Command<TabletContext> {
  private static final String FORMAT = "Bad setttl format, eg setttl tid pid type ttl [index_name]";

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "setttl",
        "refused: use setttl of the nameserver shell",
        List.of(
            "setttl tid pid latest|absolute ttl [index_name]",
            "setttl tid pid absandlat|absorlat minutes count [index_name]"),
        List.of("setttl 1 0 absolute 10", "setttl 1 0 absorlat 10 5 idx"));
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    if (words.size() < 5) {
      return Reply.usage(FORMAT);
    }
    UpdateTTLRequest.Builder request = UpdateTTLRequest.newBuilder();
    try {
      request.setTid(Numbers.unsigned32(words.get(1))).setPid(Numbers.unsigned32(words.get(2)));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args tid and pid should be uint32_t");
    }
    int numbers = Ttl.limits(words.get(3));
    if (numbers == 0 || words.size() < 4 + numbers) {
      return Reply.usage(FORMAT);
    }
    try {
      request.setTtl(Ttl.of(words.subList(3, 4 + numbers)));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args ttl which should be uint64_t");
    }
    int index = 4 + numbers;
    if (words.size() > index) {
      request.setIndexName(words.get(index));
    }
    return TabletReplies.fixed(
        () -> context.ask("UpdateTTL", request.build(), UpdateTTLResponse.getDefaultInstance()),
        "setttl",
        "Set ttl ok !",
        "Set ttl failed! ");
  }
}
