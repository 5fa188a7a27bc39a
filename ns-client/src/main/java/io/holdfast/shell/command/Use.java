package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Changes the current database. */
public final class Use implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "use",
        "change the current database; without a name, to the nameless one",
        List.of("use [database_name]"),
        List.of("use db1", "use"));
  }

  @Override
  public String failurePrefix() {
    return "Use database failed. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 2) {
      context.use("");
      return Reply.done("Use default database");
    }
    context.admin().useDatabase(words.get(1));
    context.use(words.get(1));
    return Reply.done("Use database: " + words.get(1));
  }
}
