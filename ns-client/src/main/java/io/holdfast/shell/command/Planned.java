package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import java.util.ArrayList;
import java.util.List;

/**
 * A command that with {@code --dry-run} only says what it would do. The nameserver makes its plan
 * as it would to carry it out, so it refuses what it would refuse.
 */
public final class Planned implements Command<NsContext> {
  private static final String DRY_RUN = "--dry-run";

  private final Command<NsContext> command;

  public Planned(Command<NsContext> command) {
    this.command = command;
  }

  @Override
  public CommandHelp help() {
    return command.help().withForm(" [" + DRY_RUN + "]");
  }

  @Override
  public String failurePrefix() {
    return command.failurePrefix();
  }

  @Override
  public Reply run(NsContext context, List<String> words) throws InterruptedException {
    if (!words.contains(DRY_RUN)) {
      return command.run(context, words);
    }
    List<String> rest = words.stream().filter(word -> !word.equals(DRY_RUN)).toList();
    List<String> plan = new ArrayList<>();
    Reply reply = command.run(context.planning(plan::addAll), rest);
    if (reply.code() != ExitCode.DONE) {
      return reply;
    }
    List<String> lines = plan.isEmpty() ? List.of("nothing would be done") : plan;
    Object json = new Fields().put("result", "plan").put("plan", List.copyOf(plan)).map();
    return Reply.result(lines, json).withHint("nothing was changed");
  }
}
