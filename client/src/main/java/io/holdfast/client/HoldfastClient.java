package io.holdfast.client;

import io.holdfast.client.call.DelayTimer;
import io.holdfast.client.call.NameServerCalls;
import io.holdfast.client.call.Refusals;
import io.holdfast.client.call.ReplicaTurns;
import io.holdfast.client.call.RetryingCaller;
import io.holdfast.client.call.TabletCalls;
import io.holdfast.client.call.ThreadTimer;
import io.holdfast.client.call.WriteNames;
import io.holdfast.client.discovery.Endpoints;
import io.holdfast.client.discovery.FixedNameServers;
import io.holdfast.client.discovery.NameServerLocator;
import io.holdfast.client.discovery.SeedNameServers;
import io.holdfast.client.discovery.ZooKeeperNameServers;
import io.holdfast.client.discovery.ZooKeeperSession;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.client.retry.RetryPolicy;
import io.holdfast.client.retry.RetrySettings;
import io.holdfast.client.route.RouteCache;
import io.holdfast.client.row.RowCodec;
import io.holdfast.client.row.WireRowCodec;
import io.holdfast.common.time.Clock;
import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.openmldb.nameserver.ShowTableRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.rpc.RpcCaller;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * The way into a cluster. One per process and cluster is enough: it is thread-safe, and it keeps
 * the routes that it learned.
 *
 * <pre>{@code
 * try (HoldfastClient client =
 *     HoldfastClient.builder().zookeeper("zk1:2181,zk2:2181").rootPath("/openmldb").build()) {
 *   TableClient trips = client.table("demo", "trips");
 *   trips.put(Row.of("taxi-7", 1_700_000_000_000L, 12.5));
 * }
 * }</pre>
 */
public final class HoldfastClient implements AutoCloseable {
  private final NameServerLocator locator;
  private final AutoCloseable timer;
  private final AutoCloseable rpc;
  private final Clock clock;
  private final RowCodec codec;
  private final AdminClient admin;
  private final TabletCalls tabletCalls;
  private final ReplicaTurns turns;
  private final ReadOptions reads;
  private final String database;
  private final Bookmark bookmark = new Bookmark();

  private HoldfastClient(Builder builder) {
    clock = builder.clock;
    codec = builder.codec;
    DelayTimer delays = builder.timer;
    if (delays == null) {
      ThreadTimer own = new ThreadTimer();
      timer = own;
      delays = own;
    } else {
      timer = () -> {};
    }
    RpcCaller transport = builder.rpc;
    if (transport == null) {
      RpcClient own = RpcClient.create(RpcClientSettings.defaults());
      rpc = own;
      transport = own;
    } else {
      rpc = () -> {};
    }
    locator = builder.locator(transport);
    database = builder.database;
    RetrySettings settings = builder.retry;
    NameServerCalls nameServerCalls =
        new NameServerCalls(
            new RetryingCaller(
                transport,
                // A nameserver's "table does not exist" is the truth, not an old route.
                new RetryPolicy(withoutStaleRoutes(builder.nameServerRetry())),
                clock,
                delays,
                builder.jitter),
            locator,
            builder.requestTimeout);
    admin = new AdminClient(nameServerCalls);
    turns = new ReplicaTurns(clock);
    reads = builder.reads;
    RouteCache routes = new RouteCache((database, table) -> load(nameServerCalls, database, table));
    tabletCalls =
        new TabletCalls(
            new RetryingCaller(transport, new RetryPolicy(settings), clock, delays, builder.jitter),
            routes,
            locator,
            builder.requestTimeout,
            builder.namedWrites ? new WriteNames(clock, WriteNames.randomIds()) : null,
            turns);
    if (builder.watchTables) {
      locator.onTableChange(routes::invalidateAll);
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * A client with the usual settings. Nothing is asked yet.
   *
   * @param url {@code holdfast://host:port,host:port/database}: servers of the cluster as in {@link
   *     Builder#seeds}, and the database of {@link #table(String)}, which may be left out
   * @throws IllegalArgumentException when it has another form
   */
  public static HoldfastClient connect(String url) {
    return builder().url(url).build();
  }

  /** A table of the client's own {@linkplain Builder#database database}. */
  public TableClient table(String name) {
    return table(database, name);
  }

  /**
   * A table. Nothing is asked before the first operation, so the table need not exist yet.
   *
   * @param database empty for the nameless database
   */
  public TableClient table(String database, String name) {
    return new TableClient(tabletCalls, codec, clock, database, name, reads, bookmark);
  }

  /** What was read and written through this client's tables, unless they have their own. */
  public Bookmark bookmark() {
    return bookmark;
  }

  /** How reads that any replica may answer went. */
  public ReadFigures readFigures() {
    return turns.figures();
  }

  public AdminClient admin() {
    return admin;
  }

  /** Ends the session with ZooKeeper and the client's threads. Calls under way fail. */
  @Override
  public void close() {
    try {
      locator.close();
      timer.close();
      rpc.close();
    } catch (Exception e) {
      throw new IllegalStateException("closing the client failed", e);
    }
  }

  private static RetrySettings withoutStaleRoutes(RetrySettings settings) {
    return new RetrySettings(
        settings.initialBackoffMillis(),
        settings.maxBackoffMillis(),
        settings.attemptTimeoutMillis(),
        settings.maxAttempts(),
        0);
  }

  private static CompletableFuture<Optional<TableInfo>> load(
      NameServerCalls calls, String database, String table) {
    ShowTableRequest request = ShowTableRequest.newBuilder().setDb(database).setName(table).build();
    return calls
        .call("ShowTable", request, ShowTableResponse.getDefaultInstance(), OperationKind.READ)
        .thenApply(
            answer ->
                // A nameserver lists tables of the nameless database in every answer.
                Refusals.checked(answer, "reading the route of " + table)
                    .getTableInfoList()
                    .stream()
                    .filter(t -> t.getName().equals(table) && t.getDb().equals(database))
                    .findFirst());
  }

  /** Settings of a client. Not thread-safe. */
  public static final class Builder {
    private static final String SCHEME = "holdfast://";

    private String zookeeper;
    private String rootPath = "/openmldb";
    private String nameservers;
    private String seeds;
    private String database = "";
    private NameServerLocator locator;
    private Duration requestTimeout = Duration.ofSeconds(20);
    private RetrySettings retry = RetrySettings.DEFAULT;
    private RetrySettings nameServerRetry;
    private Clock clock = SystemClock.INSTANCE;
    private DelayTimer timer;
    private DoubleSupplier jitter = () -> ThreadLocalRandom.current().nextDouble();
    private RpcCaller rpc;
    private RowCodec codec = new WireRowCodec();
    private boolean watchTables = true;
    private ReadOptions reads = ReadOptions.DEFAULT;
    private boolean namedWrites = true;

    private Builder() {}

    /**
     * Finds the cluster through ZooKeeper.
     *
     * @param servers {@code host:port}, separated by commas
     */
    public Builder zookeeper(String servers) {
      zookeeper = servers;
      return this;
    }

    /** The cluster's path in ZooKeeper; {@code /openmldb} unless set. */
    public Builder rootPath(String path) {
      rootPath = path;
      return this;
    }

    /**
     * Finds the cluster without ZooKeeper. Changes of leadership are then noticed by failures only.
     *
     * @param servers {@code host:port}, separated by commas
     */
    public Builder nameservers(String servers) {
      nameservers = servers;
      return this;
    }

    /**
     * Finds the cluster by any one of its servers: each of these may be a nameserver, a tablet or a
     * ZooKeeper server (that has the cluster below {@link #rootPath}), which shows when it is
     * asked. Whoever answers tells of the others, so that the client lives on when it is gone.
     * Changes of leadership are noticed by failures only.
     *
     * @param servers {@code host:port}, separated by commas
     */
    public Builder seeds(String servers) {
      seeds = servers;
      return this;
    }

    /** The database of tables that are named without one; the nameless one unless set. */
    public Builder database(String name) {
      database = Objects.requireNonNull(name);
      return this;
    }

    /**
     * Servers and database as in {@link HoldfastClient#connect}.
     *
     * @throws IllegalArgumentException when it has another form
     */
    public Builder url(String url) {
      if (!url.startsWith(SCHEME)) {
        throw new IllegalArgumentException(
            "not " + SCHEME + "HOST:PORT,HOST:PORT/DATABASE: " + url);
      }
      String rest = url.substring(SCHEME.length());
      int slash = rest.indexOf('/');
      String name = slash < 0 ? "" : rest.substring(slash + 1);
      if (name.contains("/") || name.contains("?")) {
        throw new IllegalArgumentException("not a database's name: " + name + " in " + url);
      }
      String servers = slash < 0 ? rest : rest.substring(0, slash);
      return seeds(String.join(",", Endpoints.list(servers))).database(name);
    }

    /** Finds the cluster in a way of the caller's own; the client closes it. */
    public Builder locator(NameServerLocator own) {
      locator = own;
      return this;
    }

    /** How long an operation may take with all its attempts; 20 s unless set. */
    public Builder requestTimeout(Duration timeout) {
      requestTimeout = timeout;
      return this;
    }

    /** The bounds on repeating. */
    public Builder retry(RetrySettings settings) {
      retry = settings;
      return this;
    }

    /** The bounds on repeating calls to the nameserver; those of {@link #retry} unless set. */
    public Builder nameServerRetry(RetrySettings settings) {
      nameServerRetry = settings;
      return this;
    }

    /** A transport to share, which stays the caller's; unless set, the client has its own. */
    public Builder rpc(RpcCaller caller) {
      rpc = Objects.requireNonNull(caller);
      return this;
    }

    /** The row format. */
    public Builder codec(RowCodec rowCodec) {
      codec = Objects.requireNonNull(rowCodec);
      return this;
    }

    /** Whether to watch ZooKeeper for changes of the tables; short-lived programs need not. */
    public Builder watchTables(boolean watch) {
      watchTables = watch;
      return this;
    }

    /** How reads are made that do not say it themselves; as each table says, unless set. */
    public Builder reads(ReadOptions options) {
      reads = Objects.requireNonNull(options);
      return this;
    }

    /**
     * Whether writes carry names, by which tablets recognise those that are sent again; true unless
     * set. Without names, or with servers that ignore them, a write whose outcome is unknown may
     * not be sent again: turn this off to write to servers other than Holdfast's tablets.
     */
    public Builder namedWrites(boolean named) {
      namedWrites = named;
      return this;
    }

    /** Time and chance, for tests and simulation. */
    public Builder environment(Clock newClock, DelayTimer newTimer, DoubleSupplier newJitter) {
      clock = newClock;
      timer = newTimer;
      jitter = newJitter;
      return this;
    }

    /**
     * @throws IllegalArgumentException when it was not said how to find the cluster, or in several
     *     ways at once, or an address is malformed
     */
    public HoldfastClient build() {
      List<String> ways = new ArrayList<>();
      addIfSet(ways, "seeds (or a URL)", seeds);
      addIfSet(ways, "zookeeper", zookeeper);
      addIfSet(ways, "nameservers", nameservers);
      addIfSet(ways, "locator", locator);
      if (ways.isEmpty()) {
        throw new IllegalArgumentException("give seeds, zookeeper or nameservers");
      }
      if (ways.size() > 1) {
        throw new IllegalArgumentException(
            "give one way to the cluster, not several: " + String.join(" and ", ways));
      }
      // Before there is anything that would have to be closed.
      for (String servers : Arrays.asList(seeds, nameservers)) {
        if (servers != null) {
          Endpoints.list(servers);
        }
      }
      return new HoldfastClient(this);
    }

    private static void addIfSet(List<String> ways, String name, Object value) {
      if (value != null) {
        ways.add(name);
      }
    }

    private RetrySettings nameServerRetry() {
      return nameServerRetry == null ? retry : nameServerRetry;
    }

    private NameServerLocator locator(RpcCaller transport) {
      if (locator != null) {
        return locator;
      }
      if (zookeeper != null) {
        return new ZooKeeperNameServers(ZooKeeperSession.Options.of(zookeeper), rootPath);
      }
      if (nameservers != null) {
        return new FixedNameServers(nameservers);
      }
      return SeedNameServers.of(seeds, transport, rootPath, clock);
    }
  }
}
