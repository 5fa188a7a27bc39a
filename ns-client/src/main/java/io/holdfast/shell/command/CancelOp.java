package io.holdfast.shell.command;

import io.holdfast.client.AdminClient;
import io.holdfast.shell.CommandHelp;
import java.util.List;

/** Ends an operation. */
public final class CancelOp extends OneOp {
  public CancelOp() {
    super("cancelop", "Cancel op");
  }

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "cancelop",
        "end an operation; what it asked for is taken back",
        List.of("cancelop op_id"),
        List.of("cancelop 1002"));
  }

  @Override
  List<Long> act(AdminClient admin, long id) {
    admin.cancelOp(id);
    return List.of();
  }
}
