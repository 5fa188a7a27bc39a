package io.holdfast.jdbc.link;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.holdfast.client.AdminClient;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.TableClient;
import io.holdfast.client.call.NameServerCalls;
import io.holdfast.client.call.Refusals;
import io.holdfast.client.call.RetryingCaller;
import io.holdfast.client.call.ThreadTimer;
import io.holdfast.client.discovery.NameServerLocator;
import io.holdfast.client.discovery.SeedNameServers;
import io.holdfast.client.discovery.Seeds;
import io.holdfast.client.discovery.ZooKeeperNameServers;
import io.holdfast.client.discovery.ZooKeeperSession;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.client.retry.RetryPolicy;
import io.holdfast.client.retry.RetrySettings;
import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaResponse;
import io.holdfast.protocol.openmldb.tablet.QueryRequest;
import io.holdfast.protocol.openmldb.tablet.QueryResponse;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.rpc.RpcCaller;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The way to one cluster: queries go to any tablet, writes to the partitions' leaders, everything
 * else to the active nameserver. Thread-safe.
 */
public final class Cluster implements AutoCloseable {
  private static final ServiceDescriptor TABLET =
      Tablet.getDescriptor().findServiceByName("TabletServer");
  private static final long MIN_IN_FLIGHT_BYTES = 64L << 20;
  private static final int MAX_IN_FLIGHT = 8192;

  /** Longest wait for a nameserver when a tablet has answered. */
  private static final long NAMESERVER_MILLIS = 500;

  private final ClusterAddress address;
  private final RpcClient rpc;
  private final ThreadTimer timer = new ThreadTimer();
  private final Seeds seeds;
  private final NameServerLocator locator;
  private final HoldfastClient client;
  private final Tablets tablets;

  /** Nothing is asked before {@link #connect}. */
  public Cluster(ClusterAddress address) {
    this.address = address;
    int frameBytes = address.maxAnswerBytes();
    this.rpc =
        RpcClient.create(
            RpcClientSettings.defaults()
                .withInFlight(MAX_IN_FLIGHT, Math.max(MIN_IN_FLIGHT_BYTES, frameBytes))
                .withMaxFrameBytes(frameBytes));
    this.seeds = new Seeds(address.hosts(), rpc);
    boolean watched = !address.zooKeeper().isEmpty();
    this.locator =
        watched
            ? new ZooKeeperNameServers(
                ZooKeeperSession.Options.of(address.zooKeeper()), address.zooKeeperPath())
            : new SeedNameServers(seeds);
    this.client =
        HoldfastClient.builder()
            .locator(locator)
            .rpc(rpc)
            .requestTimeout(address.requestTimeout())
            .watchTables(watched)
            .build();
    this.tablets = new Tablets(seeds, locator, this::nameServersToAsk);
  }

  /**
   * Finds out who is there: all servers of the URL are asked at once, and the first that answers
   * will do. A tablet that is first waits a moment for a nameserver.
   *
   * @throws SQLTransientConnectionException when no server of the URL answers in time; it says of
   *     each what is wrong
   */
  public void connect(CallScope scope) throws SQLException {
    String what = "connecting to " + address;
    CompletableFuture<Void> answered = seeds.probe(scope.deadline().remaining().dividedBy(2));
    if (!address.zooKeeper().isEmpty()) {
      try {
        scope.await(locator.active(false), what);
      } catch (SQLException e) {
        throw cannotConnect(what + ": " + e.getMessage(), e);
      }
      return;
    }
    SQLException late = null;
    try {
      scope.await(answered, what);
    } catch (SQLTimeoutException e) {
      late = e;
    }
    if (!seeds.anyAnswered()) {
      throw cannotConnect(
          what + ": no server answers. Check the hosts of the URL. " + seeds.failures(), late);
    }
    scope.await(
        seeds.nameServerFound().completeOnTimeout(null, NAMESERVER_MILLIS, TimeUnit.MILLISECONDS),
        what);
  }

  private static SQLException cannotConnect(String message, Throwable cause) {
    return new SQLTransientConnectionException(message, SqlStates.CANNOT_CONNECT, cause);
  }

  /**
   * Has a tablet execute a query.
   *
   * @param preferred the tablet that is asked first if nothing speaks against it; empty for any
   */
  public QueryAnswer query(QueryText text, String preferred, CallScope scope) throws SQLException {
    QueryRequest.Builder request =
        QueryRequest.newBuilder()
            .setSql(text.sql())
            .setDb(text.database())
            .setIsBatch(true)
            .setIsDebug(false)
            .addAllParameterTypes(text.types());
    if (!text.types().isEmpty()) {
      request.setParameterRowSize(text.parameters().length).setParameterRowSlices(1);
    }
    TabletCall call = new TabletCall(rpc, text.parameters());
    CompletableFuture<QueryResponse> answer =
        caller(call, scope.deadline(), RetrySettings.DEFAULT.maxStaleRoutes())
            .call(
                new AnyTablet(tablets, request.build(), preferred),
                TABLET.findMethodByName("Query"),
                QueryResponse.getDefaultInstance(),
                OperationKind.READ,
                scope.deadline().remaining());
    QueryResponse checked =
        scope.await(answer.thenApply(reply -> Refusals.checked(reply, "the query")), "query");
    return new QueryAnswer(checked.getSchema(), call.received());
  }

  /** Whether a tablet answers. */
  public boolean isAlive(CallScope scope) {
    // It has no such table, and must come to life to say so.
    GetTableSchemaRequest request = GetTableSchemaRequest.newBuilder().setTid(0).setPid(0).build();
    CompletableFuture<GetTableSchemaResponse> answer =
        caller(rpc, scope.deadline(), 0)
            .call(
                new AnyTablet(tablets, request),
                TABLET.findMethodByName("GetTableSchema"),
                GetTableSchemaResponse.getDefaultInstance(),
                OperationKind.READ,
                scope.deadline().remaining());
    try {
      scope.await(answer, "looking for a tablet");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /**
   * The administration, whose calls end by the deadline.
   *
   * @throws SQLNonTransientConnectionException when no nameserver is known
   */
  public AdminClient admin(Deadline deadline) throws SQLException {
    requireNameServer();
    return new AdminClient(nameServers(deadline));
  }

  /** A table, whose writes end by the deadline. */
  public TableClient table(String database, String table, Deadline deadline) throws SQLException {
    requireNameServer();
    return client.table(database, table).withRequestTimeout(atLeastOne(deadline.remaining()));
  }

  /** Whether there is anybody who knows the tables. */
  public boolean hasNameServer() {
    return !address.zooKeeper().isEmpty() || !seeds.nameServers().isEmpty();
  }

  /** Whether there is one that has answered, or a ZooKeeper that names it. */
  public boolean knowsNameServer() {
    return !address.zooKeeper().isEmpty() || seeds.knowsNameServer();
  }

  private void requireNameServer() throws SQLException {
    if (!hasNameServer()) {
      throw new SQLNonTransientConnectionException(
          "the URL names tablets only, which can answer queries and nothing else. Add a nameserver"
              + " to it, or zk=HOST:PORT",
          SqlStates.UNREACHABLE);
    }
  }

  private NameServerCalls nameServersToAsk() {
    return hasNameServer() ? nameServers(Deadline.in(address.requestTimeout())) : null;
  }

  private NameServerCalls nameServers(Deadline deadline) {
    // A nameserver's "table does not exist" is the truth, not an old route.
    return new NameServerCalls(caller(rpc, deadline, 0), locator, atLeastOne(deadline.remaining()));
  }

  /** A server that is silent gets half of the time at most, so that another can be asked. */
  private RetryingCaller caller(RpcCaller transport, Deadline deadline, int staleRoutes) {
    RetrySettings usual = RetrySettings.DEFAULT;
    long half = Math.max(1, deadline.remaining().toMillis() / 2);
    RetrySettings settings =
        new RetrySettings(
            usual.initialBackoffMillis(),
            usual.maxBackoffMillis(),
            half,
            usual.maxAttempts(),
            staleRoutes);
    return new RetryingCaller(
        transport,
        new RetryPolicy(settings),
        SystemClock.INSTANCE,
        timer,
        () -> ThreadLocalRandom.current().nextDouble());
  }

  private static Duration atLeastOne(Duration time) {
    return time.toMillis() < 1 ? Duration.ofMillis(1) : time;
  }

  public ClusterAddress address() {
    return address;
  }

  /** Ends connections and threads. Calls under way fail. */
  @Override
  public void close() {
    client.close();
    timer.close();
    rpc.close();
  }
}
