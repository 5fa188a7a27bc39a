package io.holdfast.shell.command;

import io.holdfast.client.RejectedException;
import io.holdfast.protocol.openmldb.nameserver.OPStatus;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A command that begins operations, and with {@code --wait} follows them to their end. An operation
 * goes on whoever follows it: a timeout or Ctrl-C ends only the looking.
 */
public final class Followed implements Command<NsContext> {
  private static final String WAIT = "--wait";
  private static final String TIMEOUT = "--timeout";
  private static final String FORM = " [--wait [--timeout=SECONDS]]";
  private static final long LOOK_MILLIS = 200;

  private final Command<NsContext> command;

  public Followed(Command<NsContext> command) {
    this.command = command;
  }

  @Override
  public CommandHelp help() {
    return command.help().withForm(FORM);
  }

  @Override
  public String failurePrefix() {
    return command.failurePrefix();
  }

  @Override
  public Reply run(NsContext context, List<String> words) throws InterruptedException {
    List<String> rest = new ArrayList<>();
    boolean wait = false;
    String timeout = "";
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals(WAIT)) {
        wait = true;
      } else if (word.startsWith(TIMEOUT + "=")) {
        timeout = word.substring(TIMEOUT.length() + 1);
      } else if (word.equals(TIMEOUT)) {
        timeout = i + 1 < words.size() ? words.get(++i) : "nothing";
      } else {
        rest.add(word);
      }
    }
    if (!timeout.isEmpty() && !timeout.matches("0*[1-9][0-9]{0,6}")) {
      return Reply.usage("--timeout takes whole seconds from 1 to 9999999, not " + timeout);
    }
    if (!wait) {
      return timeout.isEmpty()
          ? command.run(context, rest)
          : Reply.usage("--timeout says how long --wait waits, and there is no --wait");
    }
    // Without a timeout the deadlines of the operations themselves end the waiting.
    long patience =
        timeout.isEmpty() ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(Long.parseLong(timeout));
    return followed(context, rest, System.nanoTime(), patience);
  }

  private Reply followed(NsContext context, List<String> words, long start, long patience)
      throws InterruptedException {
    Reply reply;
    try {
      reply = command.run(context, words);
    } catch (RejectedException e) {
      if (e.ops().isEmpty()
          || look(context, e.ops()).values().stream().allMatch(Followed::isOver)) {
        throw e;
      }
      // The nameserver has waited for as long as it does, and the operation goes on.
      reply = Reply.done(help().name() + " ok, after a while").withOps(e.ops());
    }
    Map<Long, String> said = new HashMap<>();
    while (!reply.ops().isEmpty()) {
      Map<Long, OPStatus> ops = look(context, reply.ops());
      ops.values().forEach(op -> tell(context, op, said));
      if (ops.values().stream().allMatch(Followed::isOver)) {
        return ended(reply, ops);
      }
      if (System.nanoTime() - start >= patience) {
        return overdue(ops);
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return reply;
  }

  /** Those of the operations that are in the list; the oldest ones that are over leave it. */
  private static Map<Long, OPStatus> look(NsContext context, List<Long> ids) {
    Map<Long, OPStatus> found = new TreeMap<>();
    for (OPStatus op : context.admin().showOpStatus("", "", -1)) {
      if (ids.contains(op.getOpId())) {
        found.put(op.getOpId(), op);
      }
    }
    return found;
  }

  private static boolean isOver(OPStatus op) {
    return !op.getStatus().equals("kInited") && !op.getStatus().equals("kDoing");
  }

  private static void tell(NsContext context, OPStatus op, Map<Long, String> said) {
    String line = describe(op);
    if (!line.equals(said.put(op.getOpId(), line))) {
      context.progress(line);
    }
  }

  private static String describe(OPStatus op) {
    StringBuilder line = new StringBuilder("op ").append(Long.toUnsignedString(op.getOpId()));
    line.append(' ').append(op.getOpType());
    if (!op.getName().isEmpty()) {
      line.append(" of ").append(op.getName());
    }
    if (op.hasPid()) {
      line.append(' ').append(Integer.toUnsignedString(op.getPid()));
    }
    line.append(": ").append(op.getStatus());
    if (!op.getProgress().isEmpty()) {
      line.append(", ").append(op.getProgress());
    }
    if (!op.getError().isEmpty()) {
      line.append(", ").append(op.getError());
    }
    return line.toString();
  }

  private static Reply ended(Reply reply, Map<Long, OPStatus> ops) {
    List<String> failed = new ArrayList<>();
    for (long id : reply.ops()) {
      OPStatus op = ops.get(id);
      if (op == null) {
        failed.add("op " + id + " is not in the list any more, so how it ended is not known");
      } else if (!op.getStatus().equals("kDone")) {
        failed.add(describe(op));
      }
    }
    return failed.isEmpty()
        ? reply
        : Reply.failed(
            ExitCode.FAILED, 0, failed, "`retryop OP_ID` begins one that failed once more");
  }

  private static Reply overdue(Map<Long, OPStatus> ops) {
    List<String> open =
        ops.values().stream()
            .filter(op -> !isOver(op))
            .map(op -> describe(op) + "; it goes on")
            .toList();
    return Reply.failed(
        ExitCode.TIMED_OUT,
        0,
        open,
        "`showopstatus` shows how far it is; `cancelop OP_ID` ends it");
  }
}
