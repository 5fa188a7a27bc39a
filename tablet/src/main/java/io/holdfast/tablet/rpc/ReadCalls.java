package io.holdfast.tablet.rpc;

import com.google.protobuf.Message;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.ScanRequest;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.tablet.TraverseRequest;
import io.holdfast.protocol.openmldb.tablet.TraverseResponse;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.tablet.replication.ReplicaHost;
import io.holdfast.tablet.rpc.Hop.Arrived;

/**
 * Gets, scans, counts and traversals, on the reader's terms.
 *
 * <p>In the modes leader and quorum an answer reflects every write that was committed, by whatever
 * leader, before the request came. Unless the table answers writes before they are committed
 * (acks=leader), that is every write that was acknowledged. In the modes session and stale any
 * replica answers; a session is never shown less than it has seen. Every answer says its version.
 */
final class ReadCalls {
  /** The replica was dropped or failed meanwhile, or its log is damaged. */
  private static final String UNREADABLE = "its copy cannot be read";

  private final Hop hop;
  private final Queries queries;
  private final long sessionWaitNanos;
  private final ReadCounters counters;

  ReadCalls(Hop hop, Queries queries, int sessionWaitMillis, ReadCounters counters) {
    this.hop = hop;
    this.queries = queries;
    this.counters = counters;
    this.sessionWaitNanos = sessionWaitMillis * 1_000_000L;
  }

  void get(GetRequest request, RpcCall call) {
    read(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        GetResponse.getDefaultInstance(),
        ofTable ->
            ReadTerms.of(
                request.getReadMode(), request.getMinVersion(), request.getMaxAgeMillis(), ofTable),
        (arrived, ageMillis) -> queries.get(request, arrived.store(), ageMillis));
  }

  void scan(ScanRequest request, RpcCall call) {
    read(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        ScanResponse.getDefaultInstance(),
        ofTable ->
            ReadTerms.of(
                request.getReadMode(), request.getMinVersion(), request.getMaxAgeMillis(), ofTable),
        (arrived, ageMillis) -> queries.scan(request, arrived.store(), ageMillis));
  }

  void count(CountRequest request, RpcCall call) {
    read(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        CountResponse.getDefaultInstance(),
        ofTable ->
            ReadTerms.of(
                request.getReadMode(), request.getMinVersion(), request.getMaxAgeMillis(), ofTable),
        (arrived, ageMillis) -> queries.count(request, arrived.store(), ageMillis));
  }

  void traverse(TraverseRequest request, RpcCall call) {
    read(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        TraverseResponse.getDefaultInstance(),
        ofTable ->
            ReadTerms.of(
                request.getReadMode(), request.getMinVersion(), request.getMaxAgeMillis(), ofTable),
        (arrived, ageMillis) -> queries.traverse(request, arrived.store(), ageMillis));
  }

  private interface Query {
    Queries.Answer run(Arrived arrived, long ageMillis) throws RefusedException;
  }

  private interface Wish {
    ReadTerms at(ReadMode ofTable) throws RefusedException;
  }

  private void read(
      PartitionId partition, RpcCall call, Message answerType, Wish wish, Query query) {
    hop.to(
        partition,
        call,
        answerType,
        arrived -> {
          ReadTerms terms = wish.at(arrived.store().table().options().reads());
          switch (terms.mode()) {
            case LEADER -> {
              if (!readUnderLease(arrived, terms, query)) {
                readConfirmed(arrived, terms, query);
              }
            }
            case QUORUM -> readConfirmed(arrived, terms, query);
            case SESSION -> readInSession(arrived, terms, query);
            case STALE -> readAsItIs(arrived, terms, query);
          }
        });
  }

  // ---- linearizable

  /** Returns whether the read was answered. */
  private boolean readUnderLease(Arrived arrived, ReadTerms terms, Query query)
      throws RefusedException {
    ReplicaHost host = arrived.loop().host();
    if (!host.holdsLease(arrived.partition(), arrived.loop().now())) {
      return false;
    }
    Queries.Answer answer = query.run(arrived, Queries.NO_AGE);
    // Once more, and this is the look that counts: a pause since the first one may have outlived
    // the lease, and then what was read may be old.
    if (!host.holdsLease(arrived.partition(), arrived.loop().now())) {
      return false;
    }
    answer(arrived, terms, answer);
    return true;
  }

  private void readConfirmed(Arrived arrived, ReadTerms terms, Query query) {
    arrived
        .loop()
        .host()
        .confirmRead(
            arrived.partition(),
            confirmed ->
                arrived.guard(
                    () -> {
                      if (confirmed) {
                        answer(arrived, terms, query.run(arrived, Queries.NO_AGE));
                      } else {
                        arrived.refuse(arrived.notLeading());
                      }
                    }),
            arrived.loop().now());
  }

  /** The answer holds all that is committed anywhere; the reader may have seen more even so. */
  private void answer(Arrived arrived, ReadTerms terms, Queries.Answer answer) {
    long version = arrived.version();
    if (terms.minVersion() <= version) {
      counters.answered(terms.mode());
      arrived.reply(answer.message(), answer.attachment(), version);
    } else if (isUnderWay(arrived, terms.minVersion())) {
      arrived.refuse(
          Refusal.repeat(
              StatusCode.NOT_READY, "what the reader wrote is not committed yet", Hop.SOON_MILLIS));
    } else {
      arrived.refuse(
          Refusal.of(
              StatusCode.VERSION_LOST,
              "the reader has seen "
                  + terms.minVersion()
                  + " of "
                  + arrived.partition()
                  + ", whose history ends at "
                  + version
                  + "; that part of it was lost, or is another cluster's. Begin a new session, and"
                  + " look at what it wrote last"));
    }
  }

  /** With acks=leader a write is answered, and its version seen, before it is committed. */
  private static boolean isUnderWay(Arrived arrived, long version) {
    return arrived.store().table().options().acks() == AckMode.LEADER
        && version <= arrived.loop().host().view(arrived.partition()).history().lastOffset();
  }

  // ---- by any replica

  private void readInSession(Arrived arrived, ReadTerms terms, Query query) {
    arrived
        .loop()
        .host()
        .sessionRead(
            arrived.partition(),
            terms.minVersion(),
            sessionWaitNanos,
            verdict ->
                arrived.guard(
                    () -> {
                      switch (verdict) {
                        case SERVE -> show(arrived, terms, query);
                        case BEHIND -> sendOn(arrived, whyBehind(arrived, terms));
                        case NO_REPLICA -> sendOn(arrived, whyUnreadable(arrived));
                      }
                    }),
            arrived.loop().now());
  }

  private void readAsItIs(Arrived arrived, ReadTerms terms, Query query) throws RefusedException {
    if (arrived.loop().host().isReadable(arrived.partition())) {
      show(arrived, terms, query);
    } else {
      sendOn(arrived, whyUnreadable(arrived));
    }
  }

  private static String whyUnreadable(Arrived arrived) {
    return arrived.loop().host().isWitness(arrived.partition())
        ? "a witness: it keeps the log only, and has no rows"
        : UNREADABLE;
  }

  private void show(Arrived arrived, ReadTerms terms, Query query) throws RefusedException {
    long ageNanos = arrived.loop().host().ageNanos(arrived.partition(), arrived.loop().now());
    long ageMillis = ageNanos < 0 ? Queries.NO_AGE : (ageNanos + 999_999) / 1_000_000;
    if (terms.maxAgeMillis() > 0 && (ageNanos < 0 || ageMillis > terms.maxAgeMillis())) {
      sendOn(arrived, ageNanos < 0 ? "not up to date since it started" : ageMillis + " ms old");
      return;
    }
    Queries.Answer answer = query.run(arrived, ageMillis);
    counters.answered(terms.mode());
    arrived.reply(answer.message(), answer.attachment(), arrived.version());
  }

  private static String whyBehind(Arrived arrived, ReadTerms terms) {
    return terms.minVersion() == 0
        ? "not up to date since it started"
        : "at version " + arrived.version() + ", the reader has seen " + terms.minVersion();
  }

  private void sendOn(Arrived arrived, String why) {
    counters.behind();
    arrived.refuse(Refusal.askLeader(StatusCode.REPLICA_BEHIND, why, arrived.knownLeader()));
  }
}
