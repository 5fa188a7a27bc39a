package io.holdfast.tablet.query;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.common.error.Causes;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.tablet.TraverseResponse;
import io.holdfast.protocol.rpc.RpcReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A request about a partition, brought to whoever leads it and repeated until it is answered or the
 * query has had its time. Only for requests that do no harm when they come twice.
 *
 * <p>Its attempts follow each other, each on the thread that has the answer to the one before.
 */
final class RoutedCall<R extends Message> {
  /** A tablet that says nothing for so long is asked again, or its successor is. */
  private static final Duration ATTEMPT = Duration.ofSeconds(3);

  private static final int FIRST_PAUSE_MILLIS = 10;
  private static final int MOST_PAUSE_MILLIS = 200;

  /** So often a tablet may send us on without our taking a pause. */
  private static final int HOPS = 3;

  /** What a partition is asked. */
  record Question<R extends Message>(MethodDescriptor method, Message request, R answerType) {}

  private final QueryParts parts;
  private final QueryLife life;
  private final int pid;
  private final Question<R> question;
  private final CompletableFuture<RpcReply<R>> answer = new CompletableFuture<>();
  private TableRoute route;
  private int hops;
  private int pauseMillis = FIRST_PAUSE_MILLIS;
  private boolean inTrouble;

  private RoutedCall(
      QueryParts parts, QueryLife life, TableRoute route, int pid, Question<R> question) {
    this.parts = parts;
    this.life = life;
    this.route = route;
    this.pid = pid;
    this.question = question;
  }

  /**
   * Asks the leader of a partition.
   *
   * @return completed on any thread, which must not be held up; fails with a {@link QueryFailure}
   */
  static <R extends Message> CompletableFuture<RpcReply<R>> ask(
      QueryParts parts, QueryLife life, TableRoute route, int pid, Question<R> question) {
    RoutedCall<R> call = new RoutedCall<>(parts, life, route, pid, question);
    call.attempt();
    return call.answer;
  }

  private void attempt() {
    try {
      attemptOrThrow();
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  private void attemptOrThrow() {
    QueryFailure over = life.whyOver();
    if (over != null) {
      answer.completeExceptionally(over);
      return;
    }
    NodeId leader = route.leader(pid);
    if (leader == null) {
      lookAgain("nobody is known to lead it");
      return;
    }
    Duration left = life.left();
    var unused =
        parts
            .calls()
            .call(
                leader,
                question.method(),
                question.request(),
                question.answerType(),
                left.compareTo(ATTEMPT) < 0 ? left : ATTEMPT)
            .whenComplete((reply, failure) -> onAnswer(leader, reply, failure));
  }

  private void onAnswer(NodeId leader, RpcReply<R> reply, Throwable failure) {
    try {
      if (failure != null) {
        lookAgain(Causes.unwrapped(failure).getMessage());
      } else {
        judge(leader, reply, Head.of(reply.message()));
      }
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  private void judge(NodeId leader, RpcReply<R> reply, Head head) {
    if (head.code() == 0) {
      if (inTrouble) {
        life.waitsFor("");
      }
      answer.complete(reply);
      return;
    }
    String refusal = leader + ": " + head.message() + " (code " + head.code() + ")";
    if (isOneOf(head, StatusCode.NOT_LEADER, StatusCode.REPLICA_BEHIND)
        && !head.leader().isEmpty()
        && !head.leader().equals(leader.endpoint())) {
      route.learnLeader(pid, new NodeId(head.leader()));
      goOn(refusal);
    } else if (isOneOf(
        head,
        StatusCode.NOT_READY,
        StatusCode.BUSY,
        StatusCode.TOO_FEW_IN_SYNC,
        StatusCode.DISK_FULL,
        StatusCode.OUTCOME_UNKNOWN)) {
      trouble(refusal);
      int pause = Math.max(FIRST_PAUSE_MILLIS, head.retryAfterMillis());
      parts.timer().schedule(this::attempt, pause, TimeUnit.MILLISECONDS);
    } else if (isOneOf(
        head,
        StatusCode.NOT_LEADER,
        StatusCode.REPLICA_BEHIND,
        StatusCode.NOT_CONFIRMED,
        StatusCode.TABLE_NOT_FOUND)) {
      lookAgain(refusal);
    } else {
      boolean mayBeOld = isOneOf(head, StatusCode.INDEX_NOT_FOUND, StatusCode.INDEX_NOT_FILLED);
      answer.completeExceptionally(
          new QueryFailure(
              mayBeOld ? QueryFailure.Kind.TABLES_CHANGED : QueryFailure.Kind.FINAL,
              "partition " + pid + " of " + route + " refuses: " + refusal));
    }
  }

  private static boolean isOneOf(Head head, StatusCode... codes) {
    for (StatusCode code : codes) {
      if (head.code() == code.number()) {
        return true;
      }
    }
    return false;
  }

  /** Asks whom the refusal has named; after a few times with a pause, since they may disagree. */
  private void goOn(String refusal) {
    if (++hops <= HOPS) {
      attempt();
    } else {
      lookAgain(refusal);
    }
  }

  /** Learns anew who leads, then goes on. */
  private void lookAgain(String reason) {
    trouble(reason);
    hops = 0;
    int pause = pauseMillis;
    pauseMillis = Math.min(2 * pauseMillis, MOST_PAUSE_MILLIS);
    parts.timer().schedule(this::refresh, pause, TimeUnit.MILLISECONDS);
  }

  private void refresh() {
    var unused =
        parts
            .catalog()
            .refreshed()
            .thenAccept(
                tables -> {
                  TableRoute found = tables.find(route.view().database(), route.view().name());
                  if (found == null || found.view().tid() != route.view().tid()) {
                    answer.completeExceptionally(
                        new QueryFailure(
                            QueryFailure.Kind.TABLES_CHANGED,
                            "table " + route + " was dropped meanwhile"));
                  } else {
                    learn(found);
                    attempt();
                  }
                });
  }

  /** Whoever asks next with the old route shall not have to find out once more. */
  private void learn(TableRoute found) {
    NodeId leader = found.leader(pid);
    if (leader != null) {
      route.learnLeader(pid, leader);
    }
    route = found;
  }

  private void trouble(String reason) {
    inTrouble = true;
    life.waitsFor("partition " + pid + " of " + route + ": " + reason);
  }

  /** What all answers have under one name. */
  private record Head(int code, String message, String leader, int retryAfterMillis) {
    static Head of(Message answer) {
      if (answer instanceof ScanResponse scan) {
        return new Head(
            scan.getCode(), scan.getMsg(), scan.getLeader(), scan.getRetryAfterMillis());
      }
      if (answer instanceof TraverseResponse traverse) {
        return new Head(
            traverse.getCode(),
            traverse.getMsg(),
            traverse.getLeader(),
            traverse.getRetryAfterMillis());
      }
      if (answer instanceof GeneralResponse general) {
        return new Head(
            general.getCode(),
            general.getMsg(),
            general.getLeader(),
            general.getRetryAfterMillis());
      }
      throw new IllegalArgumentException("nothing here answers with " + answer.getClass());
    }
  }
}
