package io.holdfast.shell.command;

import com.google.protobuf.TextFormat;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
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
import java.util.Optional;

/** Creates a table from a file or from words. */
public final class Create implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "create",
        "create a table",
        List.of(
            "create table_meta_file",
            "create name ttl partition_num replica_num [name:type[:index] ...]"),
        List.of(
            "create ./table1.txt",
            "create table1 144000 8 3 card:string:index mcc:string amount:double",
            "create table1 latest:10 8 3 card:string:index amount:double"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to create table. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() == 2) {
      return fromFile(context, words.get(1));
    }
    if (words.size() >= 5) {
      return fromWords(context, words);
    }
    return Reply.usage(
        "create format error! ex: create table_meta_file | create name ttl partition_num"
            + " replica_num [name:type:index ...]");
  }

  private static Reply fromFile(NsContext context, String file) {
    String text;
    try {
      text = Files.readString(Path.of(file), StandardCharsets.UTF_8);
    } catch (IOException | InvalidPathException e) {
      return Reply.failed(
          ExitCode.USAGE, "can not open file " + file, "the file is read on this machine");
    }
    TableInfo table;
    try {
      table = TextFormat.parse(text, TableInfo.class);
    } catch (TextFormat.ParseException e) {
      return Reply.failed(ExitCode.USAGE, "table meta file format error", e.getMessage());
    }
    Optional<String> problem =
        new TableFileChecks(table, context.flags().maxSkipListHeight()).problem();
    return problem.isPresent() ? Reply.usage(problem.get()) : send(context, table);
  }

  private static Reply fromWords(NsContext context, List<String> words) {
    try {
      return send(context, InlineTable.read(words));
    } catch (InlineTable.Malformed e) {
      return Reply.usage(e.getMessage());
    }
  }

  private static Reply send(NsContext context, TableInfo table) {
    TableInfo complete =
        context.database().isEmpty() ? table : table.toBuilder().setDb(context.database()).build();
    context.admin().createTable(complete, false);
    return Reply.done("Create table ok");
  }
}
