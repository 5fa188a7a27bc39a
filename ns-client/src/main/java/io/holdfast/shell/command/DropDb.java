package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Drops an empty database. */
public final class DropDb implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "dropdb",
        "drop an empty database",
        List.of("dropdb database_name"),
        List.of("dropdb db1"));
  }

  @Override
  public String failurePrefix() {
    return "Drop database failed. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 2) {
      return Reply.usage("dropdb format error. eg: dropdb database_name");
    }
    String database = words.get(1);
    if (!context.confirmed("Drop database " + database + "? yes/no")) {
      return Reply.failed(ExitCode.FAILED, "'dropdb " + database + "' cmd is canceled!", "");
    }
    context.admin().dropDatabase(database);
    return Reply.done("Drop database " + database + " ok");
  }
}
