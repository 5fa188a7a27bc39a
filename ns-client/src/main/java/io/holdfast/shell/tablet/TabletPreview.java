package io.holdfast.shell.tablet;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.Reply;
import java.util.List;

/** Never was a command of tablets; says so as ever. */
final class TabletPreview implements Command<TabletContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATA,
        "preview",
        "not supported: use preview of the nameserver shell",
        List.of("preview"),
        List.of("preview"));
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    return Reply.failed(
        ExitCode.FAILED, "unsupport preview", "use `preview table_name` of ns_client");
  }
}
