package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Creates a database. */
public final class CreateDb implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "createdb",
        "create a database",
        List.of("createdb database_name"),
        List.of("createdb db1"));
  }

  @Override
  public String failurePrefix() {
    return "Create database failed. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 2) {
      return Reply.usage("createdb format error. eg: createdb database_name");
    }
    context.admin().createDatabase(words.get(1), false);
    return Reply.done("Create database " + words.get(1) + " ok");
  }
}
