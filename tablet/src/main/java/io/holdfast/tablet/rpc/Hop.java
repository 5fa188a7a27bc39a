package io.holdfast.tablet.rpc;

import com.google.protobuf.Message;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.protocol.rpc.RpcErrorCode;
import io.holdfast.tablet.partition.DiskReplicaStore;
import io.holdfast.tablet.partition.PartitionLoop;
import io.holdfast.tablet.partition.PartitionLoops;
import io.holdfast.tablet.replication.ReplicaView;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests from the I/O thread to the loop that owns their partition. Thread-safe. */
final class Hop {
  private static final Logger LOG = LoggerFactory.getLogger(Hop.class);

  /** About the time in which a leader gets active, or a disk catches up. */
  static final int SOON_MILLIS = 20;

  /**
   * A tablet that reads its files leads nothing, and reading may take minutes: whoever asked shall
   * learn who leads by now rather than repeat here, so there is no wait to be asked for either.
   */
  private static final Refusal LOADING =
      Refusal.askLeader(
          StatusCode.NOT_LEADER,
          "the tablet has just started and reads its files; gettablestatus shows how far it is",
          "");

  private static final String VERSION_HEADER = "X-Data-Version";
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final PartitionLoops loops;

  Hop(PartitionLoops loops) {
    this.loops = loops;
  }

  /** A request on its partition's loop. */
  record Arrived(
      PartitionLoop loop,
      PartitionId partition,
      DiskReplicaStore store,
      RpcCall call,
      Message answerType) {
    /** One of several requests that have arrived together: its answers go to a call of its own. */
    Arrived with(RpcCall own) {
      return new Arrived(loop, partition, store, own, answerType);
    }

    /** The newest offset that is applied here; 0 when there is no replica. */
    long version() {
      return store == null ? 0 : loop.host().version(partition);
    }

    void refuse(Refusal refusal) {
      long version = version();
      reply(refusal.at(version).in(answerType), NOTHING, version);
    }

    /**
     * Answers.
     *
     * @param version offset of the newest record that the answer reflects
     */
    void reply(Message answer, ByteBuffer attachment, long version) {
      if (version > 0) {
        call.header(VERSION_HEADER, () -> partition.tid() + "/" + partition.pid() + "=" + version);
      }
      call.reply(answer, attachment);
    }

    /** Runs the rest of a request: whatever it throws is this request's and nobody else's. */
    void guard(Work work) {
      try {
        work.run();
      } catch (RefusedException e) {
        refuse(e.refusal());
      } catch (UncheckedIOException e) {
        LOG.error("the rows of {} cannot be read", partition, e);
        store.engineFailed(e);
        refuse(Refusal.repeat(StatusCode.NOT_READY, "the disk failed", SOON_MILLIS));
      } catch (RuntimeException e) {
        LOG.error("a request on {} failed", partition, e);
        call.fail(RpcErrorCode.INTERNAL, "the request failed: " + e);
      }
    }

    /** This replica does not lead, or cannot show that it does. */
    Refusal notLeading() {
      ReplicaView view = loop.host().view(partition);
      if (view != null && view.role() == Role.LEADER) {
        return view.isActive()
            ? Refusal.repeat(StatusCode.NOT_CONFIRMED, "", SOON_MILLIS)
            : Refusal.repeat(StatusCode.NOT_READY, "the leader is not active yet", SOON_MILLIS);
      }
      return Refusal.notLeader(knownLeader());
    }

    /** Whom to ask instead; empty when nobody is known. */
    String knownLeader() {
      NodeId leader = loop.host().knownLeader(partition);
      return leader == null ? "" : leader.endpoint();
    }
  }

  /** What is to be done on the loop. */
  @FunctionalInterface
  interface Work {
    void run() throws RefusedException;
  }

  /** What is to be done with a request that has arrived. */
  @FunctionalInterface
  interface Handler {
    void handle(Arrived arrived) throws RefusedException;
  }

  /**
   * Hands a request over; answers it here when it cannot be.
   *
   * @param answerType any instance of the call's answer
   */
  void to(PartitionId partition, RpcCall call, Message answerType, Handler handler) {
    PartitionLoop loop = loops.of(partition);
    // Asked first: a loop that took nothing although the files were read is full.
    boolean isRead = loops.recovery().isRead();
    boolean taken = loop.execute(() -> arrive(loop, partition, call, answerType, handler));
    if (!taken && !isRead) {
      call.reply(LOADING.in(answerType));
    } else if (!taken) {
      Refusal busy = Refusal.repeat(StatusCode.BUSY, "too many requests wait", SOON_MILLIS);
      call.reply(busy.in(answerType));
    }
  }

  private static void arrive(
      PartitionLoop loop,
      PartitionId partition,
      RpcCall call,
      Message answerType,
      Handler handler) {
    DiskReplicaStore store = loop.store(partition);
    Arrived arrived = new Arrived(loop, partition, store, call, answerType);
    if (store == null) {
      arrived.refuse(Refusal.of(StatusCode.TABLE_NOT_FOUND, ""));
      return;
    }
    arrived.guard(() -> handler.handle(arrived));
  }

  PartitionLoops loops() {
    return loops;
  }
}
