package io.holdfast.shell.tablet;

import io.holdfast.client.call.Refusals;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import java.util.List;

/** Counts the rows of a key in a replica of this tablet. */
final class TabletCount implements Command<TabletContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATA,
        "count",
        "count the rows of a key in a replica of this tablet",
        List.of("count tid pid key [index_name] [true|false]"),
        List.of("count 1 0 card0", "count 1 0 card0 card true"));
  }

  @Override
  public String failurePrefix() {
    return "Count failed. error msg: ";
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    if (words.size() < 4) {
      return Reply.usage("Bad count format");
    }
    TabletWords replica = TabletWords.of(words);
    if (replica.problem() != null) {
      return replica.problem();
    }
    String last = words.get(words.size() - 1);
    boolean filterGiven = words.size() > 4 && (last.equals("true") || last.equals("false"));
    CountRequest.Builder request =
        CountRequest.newBuilder()
            .setTid(replica.tid())
            .setPid(replica.pid())
            .setKey(words.get(3))
            .setFilterExpiredData(filterGiven && last.equals("true"));
    if (words.size() - (filterGiven ? 1 : 0) > 4) {
      request.setIdxName(words.get(4));
    }
    CountResponse answer =
        Refusals.checked(
            context.ask("Count", request.build(), CountResponse.getDefaultInstance()), "count");
    long count = Integer.toUnsignedLong(answer.getCount());
    return Reply.result(List.of("count: " + count), new Fields().put("count", count).map());
  }
}
