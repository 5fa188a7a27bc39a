package io.holdfast.shell;

import io.holdfast.client.HoldfastException;
import io.holdfast.common.time.Clock;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Offers commands, and names from the live cluster. Not thread-safe. */
final class NsCompletions implements Completions {
  private static final long KEPT_NANOS = 5_000_000_000L;
  private static final Set<String> TAKE_TABLE =
      Set.of(
          "drop",
          "switchover",
          "failover",
          "put",
          "get",
          "scan",
          "delete",
          "count",
          "preview",
          "showtable",
          "showschema",
          "info",
          "changeleader",
          "addreplica",
          "promote",
          "delreplica");

  private record Names(long readAtNanos, List<String> list) {}

  private final NsContext context;
  private final Set<String> commands;
  private final Clock clock;
  private final Map<String, Names> kept = new HashMap<>();

  NsCompletions(NsContext context, Set<String> commands, Clock clock) {
    this.context = context;
    this.commands = commands;
    this.clock = clock;
  }

  @Override
  public List<String> after(List<String> words) {
    if (words.isEmpty()) {
      return List.copyOf(commands);
    }
    String command = words.get(0);
    if (words.size() > 1) {
      return command.equals("confset") && words.size() == 2
          ? List.of("true", "false")
          : names("endpoints", this::endpoints);
    }
    if (TAKE_TABLE.contains(command)) {
      return names("tables of " + context.database(), this::tables);
    }
    return switch (command) {
      case "use", "dropdb" -> names("databases", () -> context.admin().showDatabases());
      case "confget", "confset" ->
          names("settings", () -> List.copyOf(context.admin().confGet(true).keySet()));
      case "offlineendpoint", "recoverendpoint", "drain" -> names("endpoints", this::endpoints);
      case "help", "man" -> List.copyOf(commands);
      default -> List.of();
    };
  }

  private List<String> tables() {
    return context.admin().showTable(context.database(), "").stream()
        .map(TableInfo::getName)
        .toList();
  }

  private List<String> endpoints() {
    return context.admin().showTablet().stream().map(TabletStatus::getEndpoint).toList();
  }

  /** The Tab key is pressed often: the same names are not asked for each time. */
  private List<String> names(String what, Supplier<List<String>> source) {
    long now = clock.nanoTime();
    Names known = kept.get(what);
    if (known != null && now - known.readAtNanos() < KEPT_NANOS) {
      return known.list();
    }
    List<String> list;
    try {
      list = source.get();
    } catch (HoldfastException e) {
      // Whoever presses Tab wants no error text in the middle of the line.
      list = List.of();
    }
    kept.put(what, new Names(now, list));
    return list;
  }
}
