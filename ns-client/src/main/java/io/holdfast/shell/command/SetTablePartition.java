package io.holdfast.shell.command;

import com.google.protobuf.TextFormat;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Brings a saved placement of a partition back; the nameserver takes one that is so already. */
public final class SetTablePartition implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "settablepartition",
        "check that the replicas of a partition are where a saved file says; another placement is"
            + " refused with the commands that get there",
        List.of("settablepartition table_name partition_file"),
        List.of("settablepartition table1 table1_0.txt"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to set table partition. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < 3) {
      return Reply.usage("Bad format");
    }
    String file = words.get(2);
    String text;
    try {
      text = Files.readString(Path.of(file), StandardCharsets.UTF_8);
    } catch (IOException | InvalidPathException e) {
      return Reply.failed(
          ExitCode.USAGE, "can not open file " + file, "the file is read on this machine");
    }
    TablePartition partition;
    try {
      partition = TextFormat.parse(text, TablePartition.class);
    } catch (TextFormat.ParseException e) {
      return Reply.failed(
          ExitCode.USAGE,
          "table partition file format error",
          "`gettablepartition` writes such a file; " + e.getMessage());
    }
    Optional<String> problem = problem(partition);
    if (problem.isPresent()) {
      return Reply.usage(problem.get());
    }
    context.admin().setTablePartition(context.database(), words.get(1), partition);
    return Reply.done("set table partition ok");
  }

  private static Optional<String> problem(TablePartition partition) {
    Set<String> leaders = new HashSet<>();
    Set<String> followers = new HashSet<>();
    for (PartitionMeta replica : partition.getPartitionMetaList()) {
      String endpoint = replica.getEndpoint();
      if (replica.getIsLeader() && !leaders.add(endpoint)) {
        return Optional.of("has same leader " + endpoint);
      }
      if (!replica.getIsLeader() && !followers.add(endpoint)) {
        return Optional.of("has same follower" + endpoint);
      }
    }
    return leaders.isEmpty() ? Optional.of("has no leader") : Optional.empty();
  }
}
