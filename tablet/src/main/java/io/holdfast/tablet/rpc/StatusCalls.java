package io.holdfast.tablet.rpc;

import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.openmldb.tablet.ChecksumRequest;
import io.holdfast.protocol.openmldb.tablet.ChecksumResponse;
import io.holdfast.protocol.openmldb.tablet.FollowerInfo;
import io.holdfast.protocol.openmldb.tablet.GetTableFollowerRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableFollowerResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusResponse;
import io.holdfast.protocol.openmldb.tablet.TableMeta;
import io.holdfast.protocol.openmldb.tablet.TableMode;
import io.holdfast.protocol.openmldb.tablet.TableStatus;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.tablet.partition.LoadProgress;
import io.holdfast.tablet.partition.PartitionLoop;
import io.holdfast.tablet.replication.ReplicaView;
import io.holdfast.tablet.rpc.Hop.Arrived;
import io.holdfast.tablet.storage.StorageEngine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What a tablet tells of its replicas. Answered by whatever role they have. */
final class StatusCalls {
  private static final long CHECKSUM_MOST_BYTES = 128L << 20;

  /** The same of rows on disk, which take longer to go over. */
  private static final long CHECKSUM_MOST_DISK_BYTES = 16L << 20;

  private final Hop hop;

  StatusCalls(Hop hop) {
    this.hop = hop;
  }

  /** The status of one partition, of a table's partitions, or of all that are here. */
  void status(GetTableStatusRequest request, RpcCall call) {
    List<PartitionLoop> loops = hop.loops().all();
    Queue<TableStatus> found = new ConcurrentLinkedQueue<>();
    Optional<List<LoadProgress>> reading = hop.loops().recovery().reading();
    if (reading.isPresent()) {
      for (LoadProgress loading : reading.get()) {
        if (isWanted(request, loading.partition())) {
          found.add(TableStatuses.of(loading));
        }
      }
      call.reply(answer(found));
      return;
    }
    AtomicInteger missing = new AtomicInteger(loops.size());
    Runnable arrived =
        () -> {
          if (missing.decrementAndGet() == 0) {
            call.reply(answer(found));
          }
        };
    for (PartitionLoop loop : loops) {
      boolean taken =
          loop.execute(
              () -> {
                try {
                  collect(request, loop, found);
                } finally {
                  arrived.run();
                }
              });
      if (!taken) {
        // Its replicas are left out rather than the answer: the caller looks again anyway.
        arrived.run();
      }
    }
  }

  private static void collect(
      GetTableStatusRequest request, PartitionLoop loop, Queue<TableStatus> found) {
    for (PartitionId partition : loop.host().partitions()) {
      if (isWanted(request, partition)) {
        found.add(TableStatuses.of(partition, loop));
      }
    }
  }

  private static boolean isWanted(GetTableStatusRequest request, PartitionId partition) {
    return (!request.hasTid() || request.getTid() == partition.tid())
        && (!request.hasPid() || request.getPid() == partition.pid());
  }

  private static GetTableStatusResponse answer(Queue<TableStatus> found) {
    List<TableStatus> sorted = new ArrayList<>(found);
    sorted.sort(Comparator.comparingInt(TableStatus::getTid).thenComparingInt(TableStatus::getPid));
    return GetTableStatusResponse.newBuilder()
        .setCode(0)
        .setMsg("ok")
        .addAllAllTableStatus(sorted)
        .build();
  }

  void schema(GetTableSchemaRequest request, RpcCall call) {
    hop.to(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        GetTableSchemaResponse.getDefaultInstance(),
        arrived -> {
          TableMeta meta = TableStatuses.meta(arrived.partition(), arrived.loop());
          call.reply(
              GetTableSchemaResponse.newBuilder()
                  .setCode(0)
                  .setMsg("ok")
                  .setTableMeta(meta)
                  .build());
        });
  }

  void followers(GetTableFollowerRequest request, RpcCall call) {
    hop.to(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        GetTableFollowerResponse.getDefaultInstance(),
        StatusCalls::followers);
  }

  private static void followers(Arrived arrived) {
    ReplicaView view = arrived.loop().host().view(arrived.partition());
    if (view == null || view.role() != Role.LEADER) {
      arrived.refuse(arrived.notLeading());
      return;
    }
    Map<NodeId, Long> offsets = view.followerOffsets();
    if (offsets.isEmpty()) {
      arrived.refuse(Refusal.of(StatusCode.NO_FOLLOWER, ""));
      return;
    }
    GetTableFollowerResponse.Builder answer =
        GetTableFollowerResponse.newBuilder()
            .setCode(0)
            .setMsg("ok")
            .setOffset(view.history().lastOffset());
    offsets.forEach(
        (tablet, offset) ->
            answer.addFollowerInfo(
                FollowerInfo.newBuilder().setEndpoint(tablet.endpoint()).setOffset(offset)));
    arrived.call().reply(answer.build());
  }

  void checksum(ChecksumRequest request, RpcCall call) {
    hop.to(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        ChecksumResponse.getDefaultInstance(),
        StatusCalls::checksum);
  }

  /**
   * Any replica answers: whether those that do not serve agree, too, is what is to be found out.
   */
  private static void checksum(Arrived arrived) {
    StorageEngine engine = arrived.store().engine();
    long most = engine.diskBytes() > 0 ? CHECKSUM_MOST_DISK_BYTES : CHECKSUM_MOST_BYTES;
    if (engine.rowBytes() > most) {
      // It holds the partition's loop, and must not hold it for as long as a lease.
      arrived.refuse(
          Refusal.of(
              StatusCode.TOO_LARGE,
              "a checksum is made of at most "
                  + most
                  + " bytes of rows; compare the checksums in the manifests of snapshots"));
      return;
    }
    arrived
        .call()
        .reply(
            ChecksumResponse.newBuilder()
                .setCode(0)
                .setMsg("ok")
                .setVersion(engine.appliedOffset())
                .setChecksum(engine.stateHash())
                .setRows(engine.rowCount())
                .build());
  }

  static TableMode mode(ReplicaView view) {
    return view.role() == Role.LEADER ? TableMode.kTableLeader : TableMode.kTableFollower;
  }
}
