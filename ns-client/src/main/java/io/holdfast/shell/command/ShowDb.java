package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.Listing;
import java.util.List;

/** Lists the databases. */
public final class ShowDb implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "showdb",
        "list the databases",
        List.of("showdb"),
        List.of("showdb"));
  }

  @Override
  public String failurePrefix() {
    return "failed to showdb. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    Listing listing = Listing.of("#", "name");
    for (String database : context.admin().showDatabases()) {
      listing.row(
          new Fields().put("name", database), Integer.toString(listing.size() + 1), database);
    }
    return listing.reply(context.printer());
  }
}
