package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Moves replicas to another tablet. */
public final class Migrate implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "migrate",
        "move replicas to another tablet; the new copy is in sync before the old one goes",
        List.of("migrate src_endpoint table_name pid_group des_endpoint"),
        List.of("migrate 10.0.0.1:9527 table1 0 10.0.0.4:9527"));
  }

  @Override
  public String failurePrefix() {
    return "failed to migrate partition. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 5) {
      return Reply.usage("Bad format. eg, migrate 127.0.0.1:9991 table1 1-10 127.0.0.1:9992");
    }
    if (words.get(1).equals(words.get(4))) {
      return Reply.usage("migrate error. src_endpoint is same as des_endpoint");
    }
    Optional<List<Integer>> pids = PidGroup.parse(words.get(3));
    if (pids.isEmpty()) {
      return PidGroup.refusal(words.get(3));
    }
    List<Long> ops =
        context
            .admin()
            .migrate(context.database(), words.get(2), pids.get(), words.get(1), words.get(4));
    return Reply.done("partition migrate ok").withOps(ops);
  }
}
