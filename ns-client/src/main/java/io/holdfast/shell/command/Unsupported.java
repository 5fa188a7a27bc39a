package io.holdfast.shell.command;

import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.List;

/**
 * What OpenMLDB's shell has and this cluster does not: known by name, so that a script is told why
 * instead of being told that it has mistyped.
 */
public final class Unsupported implements Command<NsContext> {
  private static final String OTHER_CLUSTERS =
      "one cluster does not feed another here; give tables more replicas with addreplica instead";
  private static final String PROCEDURES =
      "there are no stored procedures here; read with get and scan, or through a client library";
  private static final String ZOOKEEPER =
      "a nameserver tends its ZooKeeper session by itself; stop its process to test a failover";

  private final String name;
  private final String usage;
  private final String prefix;
  private final String reason;
  private final int fewestWords;

  private Unsupported(String name, String usage, String prefix, String reason, int fewestWords) {
    this.name = name;
    this.usage = usage;
    this.prefix = prefix;
    this.reason = reason;
    this.fewestWords = fewestWords;
  }

  /** All of them. */
  public static List<Unsupported> all() {
    return List.of(
        new Unsupported("connectzk", "", "Fail to connect zk. error msg: ", ZOOKEEPER, 1),
        new Unsupported("disconnectzk", "", "Fail to disconnect zk. error msg: ", ZOOKEEPER, 1),
        new Unsupported(
            "addrepcluster",
            " zk_endpoints zk_path alias",
            "addrepcluster failed. error msg: ",
            OTHER_CLUSTERS,
            4),
        new Unsupported(
            "showrepcluster", "", "Fail to show replica. error msg: ", OTHER_CLUSTERS, 1),
        new Unsupported(
            "removerepcluster", " alias", "remove failed. error msg: ", OTHER_CLUSTERS, 2),
        new Unsupported(
            "switchmode", " normal|leader", "Fail to switch mode. error msg: ", OTHER_CLUSTERS, 2),
        new Unsupported(
            "synctable",
            " table_name alias [pid]",
            "failed to synctable. error msg: ",
            OTHER_CLUSTERS,
            3),
        new Unsupported(
            "showprocedure", " [name]", "failed to showprocedure. error msg: ", PROCEDURES, 1),
        new Unsupported(
            "dropprocedure", " name", "failed to dropprocedure. error msg: ", PROCEDURES, 2));
  }

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.NOT_SUPPORTED,
        name,
        "not supported: " + reason,
        List.of(name + usage),
        List.of());
  }

  @Override
  public String failurePrefix() {
    return prefix;
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() < fewestWords) {
      return Reply.usage("Bad format");
    }
    if (name.equals("switchmode") && !words.get(1).matches("normal|leader")) {
      return Reply.usage("invalid mode type");
    }
    return Reply.notSupported(prefix + name + " is not supported: " + reason);
  }
}
