package io.holdfast.client.call;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import io.holdfast.client.ErrorCode;
import io.holdfast.client.discovery.NameServerLocator;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.client.route.RouteCache;
import io.holdfast.client.route.TableRoute;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Calls the leader of a partition, wherever that is. Thread-safe. */
public final class TabletCalls {
  private static final ServiceDescriptor SERVICE =
      Tablet.getDescriptor().findServiceByName("TabletServer");

  private final RetryingCaller caller;
  private final RouteCache routes;
  private final NameServerLocator addresses;
  private final Duration budget;
  private final ReplicaTurns turns;

  public TabletCalls(
      RetryingCaller caller,
      RouteCache routes,
      NameServerLocator addresses,
      Duration budget,
      ReplicaTurns turns) {
    this.caller = caller;
    this.routes = routes;
    this.addresses = addresses;
    this.budget = budget;
    this.turns = turns;
  }

  /** The route of a table; fails with a {@link io.holdfast.client.RejectedException}. */
  public CompletableFuture<TableRoute> route(String database, String table) {
    return routes
        .get(database, table)
        .handle(
            (route, failure) -> {
              if (failure != null) {
                throw Waiting.asHoldfastException(failure);
              }
              return route.orElseThrow(() -> Refusals.noTable(database, table));
            });
  }

  /**
   * Makes a call; see {@link RetryingCaller#call}.
   *
   * @param route the table as the request was made for; the call fails rather than go to another
   *     table that took its name
   * @param method name of the method, such as {@code Put}
   */
  public <R extends Message> CompletableFuture<R> call(
      TableRoute route, int pid, String method, Message request, R response, OperationKind kind) {
    return caller.call(
        new Leader(route, pid, request), SERVICE.findMethodByName(method), response, kind, budget);
  }

  /**
   * Makes a read that the replicas answer in turn.
   *
   * @param atReplica what a replica is asked
   * @param atLeader what the leader is asked when a replica cannot answer
   * @param minVersion newest version that the reader has seen; no answer has less
   */
  public <R extends Message> CompletableFuture<R> readAnywhere(
      TableRoute route,
      int pid,
      String method,
      Message atReplica,
      Message atLeader,
      R response,
      long minVersion) {
    Leader leader = new Leader(route, pid, atLeader);
    return caller.call(
        new AnyReplica(
            turns, leader, () -> leader.route, addresses::dialled, pid, atReplica, minVersion),
        SERVICE.findMethodByName(method),
        response,
        OperationKind.READ,
        budget);
  }

  /** Asks one tablet, whatever its role, and no other. */
  public <R extends Message> CompletableFuture<R> callReplica(
      String endpoint, String method, Message request, R response) {
    return callDirectly(caller, addresses.dialled(endpoint), method, request, response, budget);
  }

  /** Calls one tablet, without a route and without looking for another one. */
  public static <R extends Message> CompletableFuture<R> callDirectly(
      RetryingCaller caller,
      String endpoint,
      String method,
      Message request,
      R response,
      Duration budget) {
    return caller.call(
        (refresh, leaderHint) -> CompletableFuture.completedFuture(new Dispatch(endpoint, request)),
        SERVICE.findMethodByName(method),
        response,
        OperationKind.READ,
        budget);
  }

  private final class Leader implements Destination {
    private final int pid;
    private final Message request;
    private final int tid;
    private final String database;
    private final String table;
    private TableRoute route;

    Leader(TableRoute route, int pid, Message request) {
      this.route = route;
      this.pid = pid;
      this.request = request;
      this.tid = route.tid();
      this.database = route.table().getDb();
      this.table = route.table().getName();
    }

    @Override
    public CompletableFuture<Dispatch> choose(boolean refresh, String leaderHint) {
      if (!leaderHint.isEmpty()) {
        route = routes.follow(database, table, route, pid, leaderHint);
        return dispatch();
      }
      if (!refresh) {
        return dispatch();
      }
      return routes
          .refresh(database, table, route)
          .handle(
              (found, failure) -> {
                // A nameserver that does not answer now must not end the call: the old route may
                // still be the right one, and the next attempt asks again.
                if (failure == null) {
                  if (found.isEmpty() || found.get().tid() != tid) {
                    return CompletableFuture.<Dispatch>failedFuture(gone());
                  }
                  route = found.get();
                }
                return dispatch();
              })
          .thenCompose(dispatch -> dispatch);
    }

    private CompletableFuture<Dispatch> dispatch() {
      return route
          .leader(pid)
          .map(addresses::dialled)
          .map(endpoint -> CompletableFuture.completedFuture(new Dispatch(endpoint, request)))
          .orElseGet(() -> CompletableFuture.failedFuture(noLeader()));
    }

    private NoDestinationException noLeader() {
      return NoDestinationException.now(
          ErrorCode.UNAVAILABLE, "partition " + pid + " of " + table + " has no leader now");
    }

    private NoDestinationException gone() {
      return NoDestinationException.ever(
          ErrorCode.NOT_FOUND,
          AnswerCode.TABLE_NOT_FOUND,
          "table " + table + " was dropped or made anew");
    }
  }
}
