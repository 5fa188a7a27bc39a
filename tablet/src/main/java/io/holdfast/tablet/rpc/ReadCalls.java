package io.holdfast.tablet.rpc;

import com.google.protobuf.Message;
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
 * Gets, scans, counts and traversals, all linearizable: an answer reflects every write that was
 * committed, by whatever leader, before the request came. Unless the table answers writes before
 * they are committed (acks=leader), that is every write that was acknowledged.
 */
final class ReadCalls {
  private final Hop hop;
  private final Queries queries;

  ReadCalls(Hop hop, Queries queries) {
    this.hop = hop;
    this.queries = queries;
  }

  void get(GetRequest request, RpcCall call) {
    read(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        GetResponse.getDefaultInstance(),
        arrived -> queries.get(request, arrived.store()));
  }

  void scan(ScanRequest request, RpcCall call) {
    read(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        ScanResponse.getDefaultInstance(),
        arrived -> queries.scan(request, arrived.store()));
  }

  void count(CountRequest request, RpcCall call) {
    read(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        CountResponse.getDefaultInstance(),
        arrived -> queries.count(request, arrived.store()));
  }

  void traverse(TraverseRequest request, RpcCall call) {
    read(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        TraverseResponse.getDefaultInstance(),
        arrived -> queries.traverse(request, arrived.store()));
  }

  private interface Query {
    Queries.Answer run(Arrived arrived) throws RefusedException;
  }

  private void read(PartitionId partition, RpcCall call, Message answerType, Query query) {
    hop.to(
        partition,
        call,
        answerType,
        arrived -> {
          if (!readUnderLease(arrived, query)) {
            readConfirmed(arrived, query);
          }
        });
  }

  /** Returns whether the read was answered. */
  private static boolean readUnderLease(Arrived arrived, Query query) throws RefusedException {
    ReplicaHost host = arrived.loop().host();
    if (arrived.store().table().options().reads() != ReadMode.LEADER
        || !host.holdsLease(arrived.partition(), arrived.loop().now())) {
      return false;
    }
    Queries.Answer answer = query.run(arrived);
    // Once more, and this is the look that counts: a pause since the first one may have outlived
    // the lease, and then what was read may be old.
    if (!host.holdsLease(arrived.partition(), arrived.loop().now())) {
      return false;
    }
    arrived.call().reply(answer.message(), answer.attachment());
    return true;
  }

  private static void readConfirmed(Arrived arrived, Query query) {
    arrived
        .loop()
        .host()
        .confirmRead(
            arrived.partition(),
            confirmed ->
                arrived.guard(
                    () -> {
                      if (confirmed) {
                        Queries.Answer answer = query.run(arrived);
                        arrived.call().reply(answer.message(), answer.attachment());
                      } else {
                        arrived.refuse(arrived.notLeading());
                      }
                    }),
            arrived.loop().now());
  }
}
