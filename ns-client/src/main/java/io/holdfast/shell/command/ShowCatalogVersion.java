package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.Listing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lists the tablets' catalogue versions. A tablet here has no catalogue of its own that could be
 * old: each is told of its tables, so there is no number to show.
 */
public final class ShowCatalogVersion implements Command<NsContext> {
  private static final String HINT =
      "tablets keep no catalogue of their own here; `checksum` compares what replicas hold";

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "showcatalogversion",
        "list the tablets; none has a catalogue whose version could differ",
        List.of("showcatalogversion"),
        List.of("showcatalogversion"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to show catalog version. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    List<TabletStatus> tablets = new ArrayList<>(context.admin().showTablet());
    tablets.sort(Comparator.comparing(TabletStatus::getEndpoint));
    Listing listing = Listing.of("#", "endpoint", "version");
    for (TabletStatus tablet : tablets) {
      listing.row(
          new Fields().put("endpoint", tablet.getEndpoint()).put("version", null),
          Integer.toString(listing.size() + 1),
          tablet.getEndpoint());
    }
    return listing.reply(context.printer()).withHint(HINT);
  }
}
