package io.holdfast.shell.tablet;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandSet;
import java.util.ArrayList;
import java.util.List;

/** The commands of the tablet shell. */
public final class TabletCommands {
  private TabletCommands() {}

  public static CommandSet<TabletContext> all() {
    List<Command<TabletContext>> commands = new ArrayList<>();
    commands.addAll(
        List.of(
            new GetTableStatus(),
            new GetFollower(),
            new Checksum(),
            new TabletShowSchema(),
            new LoadTable()));
    commands.addAll(ReplicaCommand.all());
    commands.addAll(
        List.of(
            new ChangeRole(),
            new SetExpire(),
            new TabletSetTtl(),
            new TabletDeleteIndex(),
            new ZkCommand(true),
            new ZkCommand(false),
            new TabletCount(),
            new TabletDelete(),
            new TabletPreview()));
    return new CommandSet<>(commands);
  }
}
