package io.holdfast.tablet.partition;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the rows of one replica found by the table's added indexes while it leads. On its loop. */
final class IndexFilling {
  private static final Logger LOG = LoggerFactory.getLogger(IndexFilling.class);

  /** Far longer than the parts of one row arrive after each other. */
  private static final long SETTLE_NANOS = 2_000_000_000L;

  private record Answer(IndexFill of, IndexFill.Part part, boolean taken) {}

  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final PartitionId partition;
  private final DiskReplicaStore store;
  private final FillSender sender;
  private final Executor loop;
  private final Clock clock;
  private IndexFill fill;
  private List<NodeId> leaders = List.of();
  private long doneTerm;
  private int doneVersion;

  /**
   * @param loop takes what the sender has to say to the loop
   */
  IndexFilling(
      PartitionId partition,
      DiskReplicaStore store,
      FillSender sender,
      Executor loop,
      Clock clock) {
    this.partition = partition;
    this.store = store;
    this.sender = sender;
    this.loop = loop;
    this.clock = clock;
  }

  /** See {@link io.holdfast.tablet.replication.ReplicaStore#fill}. */
  void order(long term, int version, long behind, List<NodeId> newLeaders) {
    leaders = newLeaders;
    boolean isDone = filled(term) >= version;
    boolean isUnderWay = fill != null && fill.term() == term && fill.version() >= version;
    if (!isDone && !isUnderWay) {
      LOG.info("{} has its rows found by the indexes added up to version {}", partition, version);
      fill =
          new IndexFill(partition, store.table().partitions(), term, version, behind, SETTLE_NANOS);
    }
  }

  /** See {@link io.holdfast.tablet.replication.ReplicaStore#filled}. */
  int filled(long term) {
    return term == doneTerm ? doneVersion : 0;
  }

  /** Ends it: the replica is taken out of service here. */
  void stop() {
    fill = null;
  }

  /** Goes on with what is to be done. */
  void tick() {
    for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
      answer.of().answered(answer.part(), answer.taken(), clock.nanoTime());
    }
    if (fill == null) {
      return;
    }
    if (store.term() != fill.term()) {
      // Another leads by now, and begins anew.
      fill = null;
      return;
    }
    for (IndexFill.Part part : fill.next(store.engine(), clock.nanoTime())) {
      send(fill, part);
    }
    if (fill.isDone()) {
      LOG.info(
          "{} has sent {} rows to the indexes added up to version {}{}",
          partition,
          fill.rows(),
          fill.version(),
          fill.leftOut() == 0
              ? ""
              : "; " + fill.leftOut() + " have no time or no fitting key there and are left out");
      doneTerm = fill.term();
      doneVersion = fill.version();
      fill = null;
    }
  }

  private void send(IndexFill of, IndexFill.Part part) {
    if (part.pid() >= leaders.size()) {
      of.answered(part, false, clock.nanoTime());
      return;
    }
    sender.send(
        leaders.get(part.pid()),
        part.request(),
        taken -> {
          answers.add(new Answer(of, part, taken));
          try {
            loop.execute(this::tick);
          } catch (RejectedExecutionException e) {
            // The loop has too much to do; it finds the answer at its next tick.
            LOG.debug("{} goes on later", partition, e);
          }
        });
  }
}
