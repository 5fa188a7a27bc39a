package io.holdfast.shell.tablet;

import io.holdfast.client.call.Refusals;
import io.holdfast.protocol.openmldb.tablet.DeleteIndexRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.Reply;
import java.util.List;

/** Asks a replica to drop an index. Tablets refuse: copies must have the same. */
final class TabletDeleteIndex implements Command<TabletContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "deleteindex",
        "refused: use deleteindex of the nameserver shell",
        List.of("deleteindex tid pid index_name"),
        List.of("deleteindex 1 0 idx"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to delete index. error msg: ";
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    if (words.size() != 4) {
      return Reply.failed(
          ExitCode.USAGE, 0, List.of("Bad format", "usage: deleteindex tid pid index_name"), "");
    }
    TabletWords replica = TabletWords.of(words);
    if (replica.problem() != null) {
      return replica.problem();
    }
    DeleteIndexRequest request =
        DeleteIndexRequest.newBuilder()
            .setTid(replica.tid())
            .setPid(replica.pid())
            .setIdxName(words.get(3))
            .build();
    var unused =
        Refusals.checked(
            context.ask("DeleteIndex", request, GeneralResponse.getDefaultInstance()),
            "deleteindex");
    return Reply.done("delete index ok");
  }
}
