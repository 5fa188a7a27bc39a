package io.holdfast.shell.tablet;

import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.tablet.UpdateTTLRequest;
import io.holdfast.protocol.openmldb.tablet.UpdateTTLResponse;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Reply;
import io.holdfast.shell.command.Numbers;
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
    String type = words.get(3);
    boolean two = type.equals("absandlat") || type.equals("absorlat");
    if ((!two && !type.equals("latest") && !type.equals("absolute"))
        || words.size() < (two ? 6 : 5)) {
      return Reply.usage(FORMAT);
    }
    try {
      request.setTtl(ttl(type, words));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args ttl which should be uint64_t");
    }
    int index = two ? 6 : 5;
    if (words.size() > index) {
      request.setIndexName(words.get(index));
    }
    return TabletReplies.fixed(
        () -> context.ask("UpdateTTL", request.build(), UpdateTTLResponse.getDefaultInstance()),
        "setttl",
        "Set ttl ok !",
        "Set ttl failed! ");
  }

  private static TTLSt ttl(String type, List<String> words) {
    long first = Numbers.unsigned64(words.get(4));
    return switch (type) {
      case "latest" -> TTLSt.newBuilder().setTtlType(TTLType.kLatestTime).setLatTtl(first).build();
      case "absolute" ->
          TTLSt.newBuilder().setTtlType(TTLType.kAbsoluteTime).setAbsTtl(first).build();
      default ->
          TTLSt.newBuilder()
              .setTtlType(type.equals("absandlat") ? TTLType.kAbsAndLat : TTLType.kAbsOrLat)
              .setAbsTtl(first)
              .setLatTtl(Numbers.unsigned64(words.get(5)))
              .build();
    };
  }
}
