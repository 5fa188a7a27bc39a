package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.Listing;
import java.util.List;
import java.util.Map;

/** Shows the cluster's settings. */
public final class ConfGet implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "confget",
        "show automatic failover and what else was set, or one setting, with its default",
        List.of("confget [key]"),
        List.of(
            "confget",
            "confget auto_failover",
            "confget node_remove_millis",
            "confget replica_reliability_level"));
  }

  @Override
  public String failurePrefix() {
    return "failed to get conf. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    // The list has what OpenMLDB's has as long as nobody has set anything else: scripts read it.
    Map<String, String> settings = context.admin().confGet(words.size() > 1);
    Listing listing = Listing.of("key", "value");
    if (words.size() == 1) {
      settings.forEach((key, value) -> add(listing, key, value));
      return listing.reply(context.printer());
    }
    String key = words.get(1);
    if (!settings.containsKey(key)) {
      // "set" although nothing is set: scripts know the line in this form.
      return Reply.failed(
          ExitCode.NOT_FOUND,
          "failed to set " + key + ". error msg: cannot found key " + key,
          "the keys are " + String.join(", ", settings.keySet()));
    }
    add(listing, key, settings.get(key));
    return listing.reply(context.printer());
  }

  private static void add(Listing listing, String key, String value) {
    listing.row(new Fields().put("key", key).put("value", value), key, value);
  }
}
