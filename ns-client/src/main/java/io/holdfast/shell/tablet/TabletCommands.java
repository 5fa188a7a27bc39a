package io.holdfast.shell.tablet;

import io.holdfast.shell.CommandSet;
import java.util.List;

/** The commands of the tablet shell. */
public final class TabletCommands {
  private TabletCommands() {}

  public static CommandSet<TabletContext> all() {
    return new CommandSet<>(
        List.of(
            new GetTableStatus(),
            new GetFollower(),
            new Checksum(),
            new TabletShowSchema(),
            new TabletCount()));
  }
}
