package io.holdfast.tablet.partition;

import io.holdfast.protocol.message.ControlMessage;
import io.holdfast.protocol.message.ControlMessage.DepartureAnswer;
import io.holdfast.protocol.message.ControlMessage.SilenceQuery;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReplicationMessage;
import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.peer.PeerHandler;
import io.holdfast.protocol.peer.PeerTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The loops of a tablet. Every partition belongs to one of them, by its number, for the life of the
 * process. Thread-safe.
 */
public final class PartitionLoops implements PeerHandler, AutoCloseable {
  private static final long REOPEN_PAUSE_MILLIS = 1000;

  private final ReplicaReopener reopener;
  private static final int LOOP_ANSWER_SECONDS = 5;

  private final List<PartitionLoop> loops;
  private final RecoveryProgress recovery;

  /**
   * Makes the loops; see {@link #start}.
   *
   * @param nameservers to whom reports go at the moment
   */
  PartitionLoops(
      PartitionLoop.Shared shared, PeerTransport transport, Supplier<List<NodeId>> nameservers) {
    this.reopener = new ReplicaReopener(shared.disk(), REOPEN_PAUSE_MILLIS);
    this.recovery = shared.recovery();
    List<PartitionLoop> made = new ArrayList<>();
    for (int i = 0; i < shared.loops(); i++) {
      made.add(
          new PartitionLoop(
              i, shared, new LoopOutbox(transport.newOutbox(), nameservers), reopener));
    }
    this.loops = List.copyOf(made);
    transport.onPeerClosed(peer -> loops.forEach(loop -> loop.peerClosed(peer)));
  }

  /** Starts the threads. */
  void start() {
    loops.forEach(PartitionLoop::start);
  }

  /** How far the loading of what was on the disk at start is. */
  public RecoveryProgress recovery() {
    return recovery;
  }

  /** All loops. */
  public List<PartitionLoop> all() {
    return loops;
  }

  /** The loop that owns a partition, whether it has a replica here or not. */
  public PartitionLoop of(PartitionId partition) {
    return loops.get(indexOf(partition));
  }

  private int indexOf(PartitionId partition) {
    // Neighbouring partitions of a table go to different loops, and so do the first ones of tables.
    int hash = (partition.tid() * 31 + partition.pid()) * 0x9E3779B1;
    return Math.floorMod(hash >>> 8, loops.size());
  }

  /**
   * How far a departure is.
   *
   * @param leaderships how many partitions are led here
   * @param answer what the nameserver said last; null when it has not answered yet
   */
  public record Parting(int leaderships, DepartureAnswer answer) {}

  /** Has the nameservers told that the tablet is about to end. */
  public void depart(Departure departure) {
    for (PartitionLoop loop : loops) {
      if (!loop.execute(() -> loop.host().depart(departure))) {
        throw new RejectedExecutionException("too much waits to be told of the departure");
      }
    }
  }

  /** How far the departure is; waits for the loops to say. */
  public Parting parting() throws InterruptedException {
    List<CompletableFuture<Parting>> parts = new ArrayList<>();
    for (PartitionLoop loop : loops) {
      CompletableFuture<Parting> part = new CompletableFuture<>();
      boolean taken =
          loop.execute(
              () ->
                  part.complete(
                      new Parting(loop.host().leaderships(), loop.host().departureAnswer())));
      if (!taken) {
        throw new RejectedExecutionException("too much waits to ask how far the departure is");
      }
      parts.add(part);
    }
    int leaderships = 0;
    for (CompletableFuture<Parting> part : parts) {
      try {
        leaderships += part.get(LOOP_ANSWER_SECONDS, TimeUnit.SECONDS).leaderships();
      } catch (ExecutionException | TimeoutException e) {
        throw new IllegalStateException("a loop does not answer", e);
      }
    }
    // What is about the whole tablet comes to the first loop.
    return new Parting(leaderships, parts.get(0).join().answer());
  }

  @Override
  public void onMessages(NodeId from, long incarnation, List<Message> messages) {
    if (loops.size() == 1) {
      loops.get(0).deliver(from, messages);
      return;
    }
    List<List<Message>> shares = new ArrayList<>();
    loops.forEach(loop -> shares.add(new ArrayList<>()));
    for (Message message : messages) {
      share(message, shares);
    }
    for (int i = 0; i < shares.size(); i++) {
      if (!shares.get(i).isEmpty()) {
        loops.get(i).deliver(from, shares.get(i));
      }
    }
  }

  private void share(Message message, List<List<Message>> shares) {
    if (message instanceof ReplicationMessage replication) {
      shares.get(indexOf(replication.partition())).add(message);
    } else if (message instanceof SilenceQuery query) {
      shareQuery(query, shares);
    } else if (message instanceof DepartureAnswer) {
      // It is about the whole tablet; one loop keeps it.
      shares.get(0).add(message);
    } else if (message instanceof ControlMessage control) {
      shares.get(indexOf(partitionOf(control))).add(message);
    } else if (message instanceof ReportMessage) {
      // Only nameservers are reported to; somebody has taken this tablet for one.
      return;
    }
  }

  private void shareQuery(SilenceQuery query, List<List<Message>> shares) {
    List<List<PartitionId>> asked = new ArrayList<>();
    loops.forEach(loop -> asked.add(new ArrayList<>()));
    query.partitions().forEach(partition -> asked.get(indexOf(partition)).add(partition));
    for (int i = 0; i < asked.size(); i++) {
      if (!asked.get(i).isEmpty()) {
        shares.get(i).add(new SilenceQuery(query.epoch(), asked.get(i)));
      }
    }
  }

  private static PartitionId partitionOf(ControlMessage control) {
    // A switch over patterns would be shorter, but the language level has none.
    if (control instanceof ControlMessage.CreateReplica order) {
      return order.partition();
    } else if (control instanceof ControlMessage.DropReplica order) {
      return order.partition();
    } else if (control instanceof ControlMessage.MakeSnapshot order) {
      return order.partition();
    } else if (control instanceof ControlMessage.AlterTable order) {
      return order.partition();
    } else if (control instanceof ControlMessage.FillIndexes order) {
      return order.partition();
    } else if (control instanceof ControlMessage.NewTerm order) {
      return order.partition();
    } else if (control instanceof ControlMessage.BecomeLeader order) {
      return order.partition();
    } else if (control instanceof ControlMessage.MembersChanged order) {
      return order.partition();
    } else if (control instanceof ControlMessage.ReachQuery query) {
      return query.partition();
    } else if (control instanceof ControlMessage.LeaderAdvice order) {
      return order.partition();
    } else if (control instanceof ControlMessage.FetchLog order) {
      return order.partition();
    } else if (control instanceof ControlMessage.TransferLeader order) {
      return order.partition();
    }
    throw new IllegalArgumentException("no partition in " + control);
  }

  /** Ends all loops, after what they were asked so far. */
  @Override
  public void close() {
    reopener.close();
    loops.forEach(PartitionLoop::close);
  }
}
