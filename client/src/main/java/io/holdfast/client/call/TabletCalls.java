package io.holdfast.client.call;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import io.holdfast.client.ErrorCode;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.discovery.NameServerLocator;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.client.retry.PartitionSessions.Ticket;
import io.holdfast.client.route.RouteCache;
import io.holdfast.client.route.TableRoute;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.openmldb.tablet.WriteName;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Calls the leader of a partition, wherever that is. Thread-safe. */
public final class TabletCalls {
  private static final ServiceDescriptor SERVICE =
      Tablet.getDescriptor().findServiceByName("TabletServer");

  private final RetryingCaller caller;
  private final RouteCache routes;
  private final NameServerLocator addresses;
  private final Duration budget;
  private final ReplicaTurns turns;
  private final WriteNames names;
  private final FrameSupport frameSupport;

  /**
   * @param budget how long a call may take with all its attempts
   * @param names names the writes; null when they go without names
   */
  public TabletCalls(
      RetryingCaller caller,
      RouteCache routes,
      NameServerLocator addresses,
      Duration budget,
      WriteNames names,
      ReplicaTurns turns) {
    this(caller, routes, addresses, budget, names, turns, new FrameSupport(caller.clock()));
  }

  private TabletCalls(
      RetryingCaller caller,
      RouteCache routes,
      NameServerLocator addresses,
      Duration budget,
      WriteNames names,
      ReplicaTurns turns,
      FrameSupport frameSupport) {
    this.caller = caller;
    this.routes = routes;
    this.addresses = addresses;
    this.budget = budget;
    this.names = names;
    this.turns = turns;
    this.frameSupport = frameSupport;
  }

  /** The same, for calls that may take so long with all their attempts. */
  public TabletCalls withBudget(Duration newBudget) {
    return new TabletCalls(caller, routes, addresses, newBudget, names, turns, frameSupport);
  }

  /** Has the puts of one batch go in frames; to be handed to {@link #over}. */
  public PutFrames newFrames() {
    return new PutFrames(caller.rpc(), frameSupport, caller.clock());
  }

  /** The same, with puts that go in frames. */
  public TabletCalls over(PutFrames frames) {
    return new TabletCalls(
        caller.over(frames), routes, addresses, budget, names, turns, frameSupport);
  }

  /** The route of a table; fails with a {@link io.holdfast.client.RejectedException}. */
  public CompletableFuture<TableRoute> route(String database, String table) {
    return found(routes.get(database, table), database, table);
  }

  /** As above, and as the nameserver says it now. */
  public CompletableFuture<TableRoute> reload(String database, String table) {
    return found(routes.reload(database, table), database, table);
  }

  /**
   * Does something with the route of a table; what fails is a {@link HoldfastException}. When the
   * future is cancelled, what was begun is cancelled, too.
   */
  public <T> CompletableFuture<T> withRoute(
      String database, String table, Function<TableRoute, CompletableFuture<T>> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    CompletableFuture<Void> ignored =
        route(database, table)
            .thenCompose(
                route -> {
                  if (result.isDone()) {
                    return result;
                  }
                  CompletableFuture<T> begun = work.apply(route);
                  result.whenComplete((done, failure) -> begun.cancel(false));
                  return begun;
                })
            .handle(
                (done, failure) -> {
                  if (failure == null) {
                    result.complete(done);
                  } else {
                    result.completeExceptionally(Waiting.asHoldfastException(failure));
                  }
                  return null;
                });
    return result;
  }

  private static CompletableFuture<TableRoute> found(
      CompletableFuture<Optional<TableRoute>> asked, String database, String table) {
    return asked.handle(
        (route, failure) -> {
          if (failure != null) {
            throw Waiting.asHoldfastException(failure);
          }
          return route.orElseThrow(() -> Refusals.noTable(database, table));
        });
  }

  /**
   * Makes a call; see {@link RetryingCaller#call}. When the future, or one that depends on it, is
   * cancelled no further attempts are made.
   *
   * @param route the table as the request was made for; the call fails rather than go to another
   *     table that took its name
   * @param method name of the method, such as {@code Put}
   */
  public <R extends Message> CompletableFuture<R> call(
      TableRoute route, int pid, String method, Message request, R response, OperationKind kind) {
    return Cancellable.of(
        caller.call(
            new Leader(route, pid, at -> request),
            SERVICE.findMethodByName(method),
            response,
            kind,
            budget));
  }

  /**
   * Makes a call that writes, under a name by which the tablets recognise it when it is repeated.
   *
   * @param request makes the request, from its name, which is null when writes go without names,
   *     and the table as it is known by then
   * @param repeatable whether the write is the same when it is done twice
   */
  public <R extends Message> CompletableFuture<R> write(
      TableRoute route,
      int pid,
      String method,
      BiFunction<WriteName, TableRoute, Message> request,
      R response,
      boolean repeatable) {
    MethodDescriptor descriptor = SERVICE.findMethodByName(method);
    if (names == null) {
      OperationKind kind = repeatable ? OperationKind.REPEATABLE_WRITE : OperationKind.WRITE;
      Leader leader = new Leader(route, pid, at -> request.apply(null, at));
      return caller.call(leader, descriptor, response, kind, budget);
    }
    OperationKind kind = repeatable ? OperationKind.REPEATABLE_WRITE : OperationKind.NAMED_WRITE;
    NamedWrite write = new NamedWrite(route, pid, request);
    return caller
        .call(write, descriptor, response, kind, budget)
        .whenComplete((answer, failure) -> write.end());
  }

  /**
   * Makes a read that the replicas answer in turn.
   *
   * @param atReplica what a replica is asked
   * @param atLeader what the leader is asked when a replica cannot answer
   * @param minVersion newest version that the reader has seen; no answer has less
   * @param hedgeAfterMillis after which time another replica is asked as well; 0 for never
   */
  public <R extends Message> CompletableFuture<R> readAnywhere(
      TableRoute route,
      int pid,
      String method,
      Message atReplica,
      Message atLeader,
      R response,
      long minVersion,
      long hedgeAfterMillis) {
    Question<R> question =
        new Question<>(route, pid, method, atReplica, atLeader, response, minVersion);
    AnyReplica destination = anyReplica(question, null);
    CompletableFuture<R> first = ask(question, destination, budget);
    if (hedgeAfterMillis == 0
        || hedgeAfterMillis >= budget.toMillis()
        || first.isDone()
        || route.replicas(pid).size() < 2) {
      return Cancellable.of(first);
    }
    HedgedRead<R> hedged =
        new HedgedRead<>(
            first,
            () -> turns.other(route.tid(), pid, route.replicas(pid), destination.replica()),
            other ->
                ask(question, anyReplica(question, other), budget.minusMillis(hedgeAfterMillis)),
            turns);
    caller.timer().after(hedgeAfterMillis, hedged::timeIsOver);
    return Cancellable.of(hedged.result());
  }

  private record Question<R extends Message>(
      TableRoute route,
      int pid,
      String method,
      Message atReplica,
      Message atLeader,
      R response,
      long minVersion) {}

  private AnyReplica anyReplica(Question<?> question, String first) {
    Leader leader = new Leader(question.route, question.pid, at -> question.atLeader);
    return new AnyReplica(
        turns,
        leader,
        () -> leader.route,
        addresses::dialled,
        question.pid,
        question.atReplica,
        question.minVersion,
        first);
  }

  private <R extends Message> CompletableFuture<R> ask(
      Question<R> question, AnyReplica destination, Duration time) {
    return caller.call(
        destination,
        SERVICE.findMethodByName(question.method),
        question.response,
        OperationKind.READ,
        time);
  }

  /** Asks one tablet, whatever its role, and no other. */
  public <R extends Message> CompletableFuture<R> callReplica(
      String endpoint, String method, Message request, R response) {
    return callDirectly(
        caller, addresses.dialled(endpoint), method, request, response, OperationKind.READ, budget);
  }

  /** Calls one tablet, without a route and without looking for another one. */
  public static <R extends Message> CompletableFuture<R> callDirectly(
      RetryingCaller caller,
      String endpoint,
      String method,
      Message request,
      R response,
      OperationKind kind,
      Duration budget) {
    return caller.call(
        (refresh, leaderHint) -> CompletableFuture.completedFuture(new Dispatch(endpoint, request)),
        SERVICE.findMethodByName(method),
        response,
        kind,
        budget);
  }

  /** A write to the leader, with its name of the moment. */
  private final class NamedWrite implements Destination {
    private final PartitionId partition;
    private final BiFunction<WriteName, TableRoute, Message> request;
    private final Leader leader;
    private Ticket ticket;

    NamedWrite(TableRoute route, int pid, BiFunction<WriteName, TableRoute, Message> request) {
      this.partition = new PartitionId(route.tid(), pid);
      this.request = request;
      this.leader = new Leader(route, pid, this::named);
    }

    @Override
    public CompletableFuture<Dispatch> choose(boolean refresh, String leaderHint) {
      if (ticket == null) {
        ticket = names.begin(partition);
      }
      if (ticket == null) {
        return CompletableFuture.failedFuture(
            NoDestinationException.now(
                ErrorCode.UNAVAILABLE,
                "too many writes to partition " + partition + " are under way"));
      }
      return leader.choose(refresh, leaderHint);
    }

    private Message named(TableRoute at) {
      return request.apply(WriteNames.onWire(ticket.id()), at);
    }

    @Override
    public void nameAnew(long sessionBegin) {
      names.forgotten(partition, ticket, sessionBegin);
      ticket = null;
    }

    void end() {
      if (ticket != null) {
        names.end(partition, ticket);
      }
    }
  }

  private final class Leader implements Destination {
    private final int pid;
    private final Function<TableRoute, Message> request;
    private final int tid;
    private final String database;
    private final String table;
    private TableRoute route;

    Leader(TableRoute route, int pid, Function<TableRoute, Message> request) {
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
          .map(
              endpoint ->
                  CompletableFuture.completedFuture(new Dispatch(endpoint, request.apply(route))))
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
