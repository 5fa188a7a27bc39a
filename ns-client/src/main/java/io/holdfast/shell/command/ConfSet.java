package io.holdfast.shell.command;

import io.holdfast.client.HoldfastException;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Failures;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Changes one of the cluster's settings. */
public final class ConfSet implements Command<NsContext> {
  private static final int INVALID_PARAMETER = 307;

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "confset",
        "change a setting of the cluster",
        List.of("confset key value"),
        List.of("confset auto_failover false", "confset auto_failover true"));
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 3) {
      return Reply.usage("Bad format");
    }
    String key = words.get(1);
    try {
      context.admin().confSet(key, words.get(2));
    } catch (HoldfastException e) {
      String prefix = "failed to set " + key + ". error msg: ";
      return Failures.serverCode(e) == INVALID_PARAMETER
          ? Failures.reply(prefix, e, "the setting is auto_failover, its values are true and false")
          : Failures.reply(prefix, e);
    }
    return Reply.done("set " + key + " ok");
  }
}
