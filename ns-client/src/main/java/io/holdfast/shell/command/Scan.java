package io.holdfast.shell.command;

import io.holdfast.client.ReadKey;
import io.holdfast.client.ScanResult;
import io.holdfast.client.TableClient;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Reads the rows of a key. */
public final class Scan implements Command<NsContext> {
  private record Words(
      String table, String key, String index, String st, String et, String limit) {}

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATA,
        "scan",
        "read the rows of a key, newest first, from st down to but not including et",
        List.of(
            "scan table_name key index_name st et [limit]",
            "scan table_name key st et (no columns)",
            "scan table_name=NAME key=KEY [index_name=INDEX] st=ST et=ET [limit=N]"),
        List.of(
            "scan table1 card0 card 1700000000000 0 10",
            "scan table_name=table1 key=card0 st=0 et=0"));
  }

  @Override
  public String failurePrefix() {
    return "Fail to scan table. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    Words arguments = arguments(words);
    if (arguments == null) {
      return Reply.usage("Bad format");
    }
    long st;
    long et;
    int limit;
    try {
      st = Numbers.unsigned64(arguments.st());
      et = Numbers.unsigned64(arguments.et());
      limit = arguments.limit().isEmpty() ? 0 : Numbers.unsigned32(arguments.limit());
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args. st, et and limit should be unsigned numbers");
    }
    Optional<TableInfo> found = context.describe(arguments.table());
    if (found.isEmpty()) {
      return DataTables.noTable(
          context,
          arguments.table(),
          failurePrefix() + "table " + arguments.table() + " does not exist");
    }
    TableInfo table = found.get();
    TableClient client = context.table(table.getName());
    ReadKey key = new ReadKey(arguments.key(), arguments.index());
    ScanResult result = client.scan(key, st, et, limit);
    RowListing rows =
        new RowListing(client, table, !DataTables.indexHasTime(table, arguments.index()));
    result.entries().forEach(entry -> rows.add(arguments.key(), entry, result.version()));
    return rows.reply(context.printer());
  }

  private static Words arguments(List<String> words) {
    if (NamedArguments.used(words)) {
      NamedArguments named = NamedArguments.of(words);
      return named.has("key", "st", "et")
          ? new Words(
              named.get("table_name"),
              named.get("key"),
              named.get("index_name"),
              named.get("st"),
              named.get("et"),
              named.get("limit"))
          : null;
    }
    return switch (words.size()) {
      case 5 -> new Words(words.get(1), words.get(2), "", words.get(3), words.get(4), "");
      case 6 -> new Words(words.get(1), words.get(2), words.get(3), words.get(4), words.get(5), "");
      case 7 ->
          new Words(
              words.get(1), words.get(2), words.get(3), words.get(4), words.get(5), words.get(6));
      default -> null;
    };
  }
}
