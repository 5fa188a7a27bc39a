package io.holdfast.shell.command;

import io.holdfast.client.AdminClient;
import io.holdfast.shell.CommandHelp;
import java.util.List;

/** Begins an operation once more. */
public final class RetryOp extends OneOp {
  public RetryOp() {
    super("retryop", "Retry op");
  }

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "retryop",
        "begin an operation that failed or was cancelled once more",
        List.of("retryop op_id"),
        List.of("retryop 1002"));
  }

  @Override
  List<Long> act(AdminClient admin, long id) {
    return admin.retryOp(id);
  }
}
