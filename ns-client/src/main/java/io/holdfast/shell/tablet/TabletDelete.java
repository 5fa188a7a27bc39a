package io.holdfast.shell.tablet;

import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Reply;
import java.util.List;

/** Deletes the rows of a key; for everybody, so the replica asked must lead. */
final class TabletDelete implements Command<TabletContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATA,
        "delete",
        "delete the rows of a key from a partition that is led here",
        List.of("delete tid pid key [index_name]"),
        List.of("delete 1 0 card0", "delete 1 0 card0 card"));
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    if (words.size() < 4) {
      return Reply.usage("Bad delete format");
    }
    TabletWords replica = TabletWords.of(words);
    if (replica.problem() != null) {
      return replica.problem();
    }
    DeleteRequest.Builder request =
        DeleteRequest.newBuilder().setTid(replica.tid()).setPid(replica.pid()).setKey(words.get(3));
    if (words.size() > 4) {
      request.setIdxName(words.get(4));
    }
    return TabletReplies.fixed(
        () -> context.write("Delete", request.build(), GeneralResponse.getDefaultInstance()),
        "delete",
        "Delete ok",
        "Delete failed");
  }
}
