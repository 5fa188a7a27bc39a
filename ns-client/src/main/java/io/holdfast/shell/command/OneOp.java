package io.holdfast.shell.command;

import io.holdfast.client.AdminClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.shell.Command;
import io.holdfast.shell.Failures;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/** A command about one operation, which is named by its id. */
abstract class OneOp implements Command<NsContext> {
  private final String word;
  private final String title;

  /**
   * @param word the command's own
   * @param title what its answers begin with
   */
  OneOp(String word, String title) {
    this.word = word;
    this.title = title;
  }

  /** Ids of the operations that are begun by it. */
  abstract List<Long> act(AdminClient admin, long id);

  @Override
  public final Reply run(NsContext context, List<String> words) {
    if (words.size() != 2) {
      return Reply.usage("bad " + word + " format, eg " + word + " 1002");
    }
    long id;
    try {
      id = Numbers.unsigned64(words.get(1));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args. op_id should be uint64_t");
    }
    List<Long> ops;
    try {
      ops = act(context.admin(), id);
    } catch (HoldfastException e) {
      return Failures.reply(
          title + " failed, error msg: ReturnCode[" + Failures.serverCode(e) + "]", e);
    }
    return Reply.done(title + " ok").withOps(ops);
  }
}
