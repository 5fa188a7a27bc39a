package io.holdfast.shell.tablet;

import io.holdfast.client.call.Refusals;
import io.holdfast.protocol.openmldb.tablet.ChecksumRequest;
import io.holdfast.protocol.openmldb.tablet.ChecksumResponse;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.Listing;
import java.util.HexFormat;
import java.util.List;

/** Shows a number over everything that a replica holds. */
final class Checksum implements Command<TabletContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "checksum",
        "a number over all rows of a replica; replicas of one version have the same",
        List.of("checksum tid pid"),
        List.of("checksum 1 0"));
  }

  @Override
  public String failurePrefix() {
    return "checksum failed, error msg: ";
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    if (words.size() < 3) {
      return Reply.usage("Bad checksum format");
    }
    TabletWords replica = TabletWords.of(words);
    if (replica.problem() != null) {
      return replica.problem();
    }
    ChecksumRequest request =
        ChecksumRequest.newBuilder().setTid(replica.tid()).setPid(replica.pid()).build();
    ChecksumResponse answer =
        Refusals.checked(
            context.ask("Checksum", request, ChecksumResponse.getDefaultInstance()), "checksum");
    String hex = HexFormat.of().toHexDigits(answer.getChecksum());
    Listing listing = Listing.of("tid", "pid", "version", "checksum", "rows");
    listing.row(
        new Fields()
            .put("tid", replica.tid())
            .put("pid", replica.pid())
            .put("version", answer.getVersion())
            .put("checksum", hex)
            .put("rows", answer.getRows()),
        Integer.toString(replica.tid()),
        Integer.toString(replica.pid()),
        Long.toUnsignedString(answer.getVersion()),
        hex,
        Long.toUnsignedString(answer.getRows()));
    return listing.reply(context.printer());
  }
}
