package io.holdfast.shell.command;

import com.google.protobuf.TextFormat;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Saves where the replicas of a partition are to a file. */
public final class GetTablePartition implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "gettablepartition",
        "save where the replicas of a partition are, to TABLE_PID.txt in the working directory",
        List.of("gettablepartition table_name pid"),
        List.of("gettablepartition table1 0"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to get table partition. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 3) {
      return Reply.usage("Bad format");
    }
    int pid;
    try {
      pid = Numbers.unsigned32(words.get(2));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args. pid should be uint32_t");
    }
    TablePartition partition =
        context.admin().tablePartition(context.database(), words.get(1), pid);
    String text = TextFormat.printer().printToString(partition);
    String file = words.get(1) + "_" + pid + ".txt";
    try {
      Files.writeString(Path.of(file), text, StandardCharsets.UTF_8);
    } catch (IOException | InvalidPathException e) {
      return Reply.failed(
          ExitCode.FAILED,
          failurePrefix() + "cannot write file " + file + ": " + e,
          "change into a directory that can be written to");
    }
    return Reply.done("get table partition ok").withHint("written to " + file);
  }
}
