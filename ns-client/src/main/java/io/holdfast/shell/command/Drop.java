package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** Drops a table. */
public final class Drop implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "drop",
        "drop a table with all its rows",
        List.of("drop table_name"),
        List.of("drop table1"));
  }

  @Override
  public String failurePrefix() {
    return "failed to drop. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 2) {
      return Reply.usage("Bad format");
    }
    String table = words.get(1);
    if (!context.confirmed("Drop table " + table + " with all its rows? yes/no")) {
      return Reply.failed(ExitCode.FAILED, "'drop " + table + "' cmd is canceled!", "");
    }
    context.admin().dropTable(context.database(), table);
    return Reply.done("drop ok");
  }
}
