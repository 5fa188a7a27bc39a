package io.holdfast.shell;

import io.holdfast.client.AdminClient;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.TableClient;
import io.holdfast.client.discovery.ClusterSession;
import io.holdfast.client.row.RowCodec;
import io.holdfast.common.error.OperatorAdvice;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.flags.Nearest;
import io.holdfast.shell.flags.ShellFlags;
import io.holdfast.shell.output.ColumnPrinter;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What a command of the nameserver shell works with. Not thread-safe. */
public final class NsContext {
  private static final int NO_TABLE = 100;

  private final ShellFlags flags;
  private final HoldfastClient client;
  private final RowCodec codec;
  private final ClusterSession session;
  private final Confirmation confirmation;
  private final Consumer<String> progress;
  private final AdminClient admin;
  private final boolean planning;
  private String database = "";

  /**
   * @param session null without ZooKeeper
   * @param progress takes lines about what is under way
   */
  public NsContext(
      ShellFlags flags,
      HoldfastClient client,
      RowCodec codec,
      ClusterSession session,
      Confirmation confirmation,
      Consumer<String> progress) {
    this.flags = flags;
    this.client = client;
    this.codec = codec;
    this.session = session;
    this.confirmation = confirmation;
    this.progress = progress;
    this.admin = client.admin();
    this.planning = false;
  }

  private NsContext(NsContext real, AdminClient admin) {
    this.flags = real.flags;
    this.client = real.client;
    this.codec = real.codec;
    this.session = real.session;
    this.confirmation = real.confirmation;
    this.progress = real.progress;
    this.database = real.database;
    this.admin = admin;
    this.planning = true;
  }

  /**
   * The same for a command that is to change nothing: what it asks of the nameserver is told to the
   * sink instead of done.
   */
  public NsContext planning(Consumer<List<String>> sink) {
    return new NsContext(this, admin.planning(sink));
  }

  public ShellFlags flags() {
    return flags;
  }

  public AdminClient admin() {
    return admin;
  }

  public RowCodec codec() {
    return codec;
  }

  /** The session with ZooKeeper; empty when the shell was given an endpoint instead. */
  public Optional<ClusterSession> session() {
    return Optional.ofNullable(session);
  }

  /** The current database; empty for the nameless one. */
  public String database() {
    return database;
  }

  public void use(String newDatabase) {
    database = newDatabase;
  }

  /** A table of the current database. */
  public TableClient table(String name) {
    return client.table(database, name);
  }

  /** The description of a table of the current database. */
  public Optional<TableInfo> describe(String name) {
    List<TableInfo> tables = admin().showTable(database, name);
    // The nameserver adds the tables of the nameless database to every answer.
    return tables.stream()
        .filter(table -> table.getName().equals(name) && table.getDb().equals(database))
        .findFirst();
  }

  /** What to do about a table that the current database does not have. */
  public String adviceOnTable(String name) {
    List<String> names;
    try {
      names =
          admin().showTable(database, "").stream()
              .filter(table -> table.getDb().equals(database))
              .map(TableInfo::getName)
              .toList();
    } catch (HoldfastException e) {
      // The advice may fail; what it is about has been said.
      names = List.of();
    }
    String general = OperatorAdvice.of(NO_TABLE);
    return Nearest.to(name, names)
        .map(near -> "did you mean `" + near + "`? " + general)
        .orElse(general);
  }

  public ColumnPrinter printer() {
    return new ColumnPrinter(flags.maxCellBytes());
  }

  /** Says how far something is that takes its time. */
  public void progress(String line) {
    progress.accept(line);
  }

  /** Whether the user wants it; true without asking when nobody is there to be asked. */
  public boolean confirmed(String question) {
    return planning || !flags.interactive() || flags.yes() || confirmation.ask(question);
  }
}
