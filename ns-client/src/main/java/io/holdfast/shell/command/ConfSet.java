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
        List.of(
            "confset auto_failover true|false",
            "confset node_remove_millis MILLIS",
            "confset replica_reliability_level 0|1",
            "confset host_label.ENDPOINT LABEL|null"),
        List.of(
            "confset auto_failover false",
            "confset node_remove_millis 600000",
            "confset replica_reliability_level 1",
            "confset host_label.10.0.0.4:9527 rack2"));
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
          ? Failures.reply(prefix, e, "`help confset` lists the settings")
          : Failures.reply(prefix, e);
    }
    return Reply.done("set " + key + " ok");
  }
}
