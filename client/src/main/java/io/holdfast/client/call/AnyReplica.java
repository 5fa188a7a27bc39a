package io.holdfast.client.call;

import com.google.protobuf.Message;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.retry.Outcome;
import io.holdfast.client.retry.ReadPlan;
import io.holdfast.client.route.TableRoute;
import io.holdfast.common.error.Causes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A read that the replicas answer in turn: begins at the one whose turn it is, and goes on where
 * {@link ReadPlan} says. The leader is asked for a linearizable answer.
 */
final class AnyReplica implements Destination {
  /** A replica that hangs must not use up the time in which another could answer. */
  private static final long REPLICA_TIMEOUT_MILLIS = 1_000;

  private final ReplicaTurns turns;
  private final Destination leader;
  private final Supplier<TableRoute> route;
  private final UnaryOperator<String> dialled;
  private final int pid;
  private final Message request;
  private final long minVersion;
  private final String first;
  private volatile String replica;
  private boolean asksLeader;
  private Outcome last;

  /**
   * @param leader where the leader is asked, with a request for a linearizable answer
   * @param route the newest route that {@code leader} has learned
   * @param dialled turns an endpoint into the address to dial
   * @param request what a replica is asked
   * @param minVersion what the reader has seen; an answer with less is none, whoever gives it
   * @param first the replica to ask first; null for the one whose turn it is
   */
  AnyReplica(
      ReplicaTurns turns,
      Destination leader,
      Supplier<TableRoute> route,
      UnaryOperator<String> dialled,
      int pid,
      Message request,
      long minVersion,
      String first) {
    this.turns = turns;
    this.leader = leader;
    this.route = route;
    this.dialled = dialled;
    this.pid = pid;
    this.request = request;
    this.minVersion = minVersion;
    this.first = first;
  }

  @Override
  public CompletableFuture<Dispatch> choose(boolean refresh, String leaderHint) {
    if (last == null) {
      return askReplica();
    }
    boolean askedLeader = asksLeader;
    asksLeader = ReadPlan.nextAsksLeader(askedLeader, last);
    if (!asksLeader) {
      return refresh
          ? leader.choose(true, "").handle(this::learned).thenCompose(r -> r)
          : askReplica();
    }
    // A replica that is behind may name a leader of the past, and its route is not wrong either.
    boolean learn = refresh && last.code() != AnswerCode.REPLICA_BEHIND;
    return leader.choose(learn, askedLeader ? leaderHint : "");
  }

  /** The route was learned anew; that it names no leader does not matter here. */
  private CompletableFuture<Dispatch> learned(Dispatch ignored, Throwable failure) {
    Throwable cause = Causes.unwrapped(failure);
    boolean gone = cause instanceof NoDestinationException none && !none.passing();
    return gone ? CompletableFuture.failedFuture(cause) : askReplica();
  }

  private CompletableFuture<Dispatch> askReplica() {
    List<String> replicas = route.get().replicas(pid);
    if (replicas.isEmpty()) {
      asksLeader = true;
      return leader.choose(false, "");
    }
    replica = last == null && first != null ? first : turns.next(route.get().tid(), pid, replicas);
    return CompletableFuture.completedFuture(
        new Dispatch(dialled.apply(replica), request, REPLICA_TIMEOUT_MILLIS));
  }

  /** Who was asked last; null when nobody was. */
  String replica() {
    return replica;
  }

  @Override
  public Outcome judged(Message answer, Outcome outcome) {
    last = outcome;
    boolean shown =
        answer != null
            && (outcome.code() == AnswerCode.OK || outcome.code() == AnswerCode.KEY_NOT_FOUND);
    if (shown && Answer.version(answer) < minVersion) {
      last = Outcome.answered(AnswerCode.REPLICA_BEHIND);
    }
    if (asksLeader) {
      turns.askedLeader(last);
    } else if (replica != null) {
      turns.asked(replica, last);
    }
    return last;
  }
}
