package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.flags.Layout;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.HumanNumbers;
import io.holdfast.shell.output.Listing;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lists the tablets with their states. */
public final class ShowTablet implements Command<NsContext> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "showtablet",
        "list the tablets and their states",
        List.of("showtablet"),
        List.of("showtablet"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to show tablets. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    boolean handbook = context.flags().layout() == Layout.HANDBOOK;
    List<TabletStatus> tablets = new ArrayList<>(context.admin().showTablet());
    tablets.sort(Comparator.comparing(TabletStatus::getEndpoint));
    Listing listing =
        handbook
            ? Listing.of("endpoint", "state", "age")
            : Listing.of("endpoint", "real_endpoint", "state", "age");
    for (TabletStatus tablet : tablets) {
      String real = tablet.getRealEndpoint().equals("-") ? "" : tablet.getRealEndpoint();
      Fields fields =
          new Fields()
              .put("endpoint", tablet.getEndpoint())
              .put("real_endpoint", real.isEmpty() ? null : real)
              .put("state", tablet.getState())
              .put("age_millis", tablet.getAge());
      if (tablet.hasDuty()) {
        fields
            .put("duty", tablet.getDuty())
            .put("host", tablet.getHost())
            .put("replicas", tablet.getReplicas())
            .put("leaders", tablet.getLeaders());
      }
      if (tablet.hasDownSinceMillis()) {
        fields.put("down_since_millis", tablet.getDownSinceMillis());
      }
      String age = HumanNumbers.duration(tablet.getAge());
      if (handbook) {
        listing.row(fields, tablet.getEndpoint(), handbookState(tablet.getState()), age);
      } else {
        listing.row(fields, tablet.getEndpoint(), real, tablet.getState(), age);
      }
    }
    // Scripts that read the columns of 0.9 know nothing else.
    return listing.reply(context.printer(), handbook ? unusual(tablets) : "");
  }

  /** Which tablets are down, or are to do less, and how that is changed. */
  private static String unusual(List<TabletStatus> tablets) {
    List<String> said = new ArrayList<>();
    for (TabletStatus tablet : tablets) {
      if (tablet.hasDownSinceMillis()) {
        String since = TIME.format(Instant.ofEpochMilli(tablet.getDownSinceMillis()));
        said.add(tablet.getEndpoint() + " is down since " + since);
      }
      String what =
          switch (tablet.getDuty()) {
            case "offline" -> "is out of service (recoverendpoint)";
            case "draining" -> "is to be emptied and gets no more replicas (recoverendpoint)";
            case "stopping" -> "is about to stop, and leads no more";
            case "leaving" -> "is about to leave";
            default -> "";
          };
      if (!what.isEmpty()) {
        said.add(tablet.getEndpoint() + " " + what);
      }
    }
    return String.join("; ", said);
  }

  /** The handbook's names are older than those on the wire. */
  private static String handbookState(String state) {
    return switch (state) {
      case "kHealthy" -> "kTabletHealthy";
      case "kOffline" -> "kTabletOffline";
      default -> state;
    };
  }
}
