package io.holdfast.tablet.rpc;

import com.google.protobuf.Message;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.openmldb.tablet.ConnectZKRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.LoadTableRequest;
import io.holdfast.protocol.openmldb.tablet.TableMeta;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.protocol.rpc.UnaryHandler;
import io.holdfast.tablet.replication.ReplicaHost;
import io.holdfast.tablet.replication.ReplicaView;
import io.holdfast.tablet.rpc.Hop.Arrived;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators ask of one tablet. What concerns this tablet's copy alone is done; whatever would
 * change who holds, leads or expires what is refused: the nameserver settles that, once for all
 * copies, and a tablet that did it by itself would break what the others rely on.
 */
final class OperatorCalls {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorCalls.class);

  private static final GeneralResponse OK =
      GeneralResponse.newBuilder().setCode(0).setMsg("ok").build();

  private final Hop hop;
  private final BooleanSupplier registered;

  /**
   * @param registered whether the cluster can find this tablet
   */
  OperatorCalls(Hop hop, BooleanSupplier registered) {
    this.hop = hop;
    this.registered = registered;
  }

  /** Refuses, and says how it is done instead. */
  static <Q extends Message> UnaryHandler<Q> refusing(Message answerType, String instead) {
    Message refusal = Refusal.of(StatusCode.NAMESERVER_DECIDES, instead).in(answerType);
    return (request, call) -> call.reply(refusal);
  }

  /**
   * A tablet opens every copy on its disk before it serves, so there is nothing left to do. The
   * first request of a life is told so with "ok", because to OpenMLDB's tools a tablet starts
   * empty; a further one is told that the table is there, as they expect.
   */
  void loadTable(LoadTableRequest request, RpcCall call) {
    TableMeta wanted = request.getTableMeta();
    hop.to(
        new PartitionId(wanted.getTid(), wanted.getPid()),
        call,
        GeneralResponse.getDefaultInstance(),
        arrived -> {
          String name = arrived.store().table().name();
          if (!wanted.getName().isEmpty() && !wanted.getName().equals(name)) {
            arrived.refuse(
                Refusal.of(
                    StatusCode.INVALID_PARAMETER,
                    arrived.partition() + " is of table " + name + ", not " + wanted.getName()));
          } else if (arrived.loop().takeLoadOrder(arrived.partition())) {
            done(arrived);
          } else {
            arrived.refuse(Refusal.of(StatusCode.TABLE_EXISTS, ""));
          }
        });
  }

  /** Answered when the snapshot is asked for: making it takes as long as the disk needs. */
  void makeSnapshot(GeneralRequest request, RpcCall call) {
    toReplica(
        request,
        call,
        arrived -> {
          PartitionId partition = arrived.partition();
          ReplicaHost host = arrived.loop().host();
          ReplicaView view = host.view(partition);
          if (view == null || view.flags().isOutOfService()) {
            arrived.refuse(Refusal.of(StatusCode.TABLE_NOT_NORMAL, "the copy is out of service"));
          } else if (view.isSnapshotPaused()) {
            arrived.refuse(
                Refusal.of(StatusCode.TABLE_NOT_NORMAL, "snapshots are paused: recoversnapshot"));
          } else if (view.applied() == 0) {
            // Nothing to save, now or soon: as good as done.
            done(arrived);
          } else {
            order(arrived, host, view.applied());
          }
        });
  }

  private static void order(Arrived arrived, ReplicaHost host, long offset) {
    PartitionId partition = arrived.partition();
    boolean[] refused = {false};
    boolean[] ordered = {false};
    host.makeSnapshot(
        partition,
        offset,
        (manifest, problem) -> {
          if (manifest != null) {
            LOG.info("the snapshot of {} that was asked for is made: {}", partition, manifest);
          } else if (ordered[0]) {
            LOG.warn("the snapshot of {} that was asked for is not made: {}", partition, problem);
          } else {
            refused[0] = true;
            arrived.refuse(Refusal.repeat(StatusCode.BUSY, problem, Hop.SOON_MILLIS));
          }
        });
    ordered[0] = true;
    if (!refused[0]) {
      done(arrived);
    }
  }

  void pauseSnapshot(GeneralRequest request, RpcCall call) {
    toReplica(
        request,
        call,
        arrived -> {
          if (arrived.loop().host().pauseSnapshots(arrived.partition())) {
            LOG.info("snapshots of {} are paused", arrived.partition());
            done(arrived);
          } else {
            arrived.refuse(
                Refusal.of(
                    StatusCode.TABLE_NOT_NORMAL, "a snapshot is being made; wait until it is"));
          }
        });
  }

  void recoverSnapshot(GeneralRequest request, RpcCall call) {
    toReplica(
        request,
        call,
        arrived -> {
          if (arrived.loop().host().resumeSnapshots(arrived.partition())) {
            LOG.info("snapshots of {} go on", arrived.partition());
            done(arrived);
          } else {
            arrived.refuse(Refusal.of(StatusCode.SNAPSHOTS_NOT_PAUSED, ""));
          }
        });
  }

  /** The session is kept without being asked; this only says whether it stands. */
  void connectZk(ConnectZKRequest request, RpcCall call) {
    call.reply(
        registered.getAsBoolean()
            ? OK
            : Refusal.of(
                    StatusCode.NOT_READY,
                    "not registered in ZooKeeper; the tablet goes on trying by itself")
                .in(OK));
  }

  private void toReplica(GeneralRequest request, RpcCall call, Hop.Handler handler) {
    hop.to(
        new PartitionId(request.getTid(), request.getPid()),
        call,
        GeneralResponse.getDefaultInstance(),
        handler);
  }

  private static void done(Arrived arrived) {
    arrived.call().reply(OK);
  }
}
