package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.Optional;

/** Changes how long rows are kept. */
public final class SetTtl implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "setttl",
        "change how long rows are kept, in one index or in all; times are minutes",
        List.of(
            "setttl table_name latest|absolute ttl [index_name]",
            "setttl table_name absandlat|absorlat abs_ttl lat_ttl [index_name]"),
        List.of("setttl table1 absolute 10", "setttl table1 absandlat 10 5 index0"));
  }

  @Override
  public String failurePrefix() {
    return "Set ttl failed! ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    String type = words.size() > 2 ? words.get(2) : "";
    int numbers = Ttl.limits(type);
    if (numbers == 0 || words.size() < 3 + numbers || words.size() > 4 + numbers) {
      return Reply.usage("bad setttl format, eg settl t1 absolute 10 [index0]");
    }
    TTLSt ttl;
    try {
      ttl = Ttl.of(words.subList(2, 3 + numbers));
    } catch (NumberFormatException e) {
      return Reply.usage("Invalid args ttl which should be uint64_t");
    }
    Optional<TableInfo> table = context.describe(words.get(1));
    if (table.isEmpty()) {
      return DataTables.noTable(context, words.get(1), failurePrefix() + "table does not exist");
    }
    String index = words.size() > 3 + numbers ? words.get(3 + numbers) : "";
    if (!DataTables.hasIndex(table.get(), index)) {
      return DataTables.noIndex(table.get(), failurePrefix() + "idx name not found");
    }
    context.admin().setTtl(context.database(), words.get(1), index, ttl);
    return Reply.done(
        "Set ttl ok ! Note that, it will take effect after two garbage collection intervals (i.e."
            + " gc_interval).");
  }
}
