package io.holdfast.nameserver.store;

import io.holdfast.common.time.Clock;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.MetaStore;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.nameserver.store.TruthReader.Truth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The truth in ZooKeeper. A transaction is one multi that begins with a check of the epoch node, so
 * a nameserver that was replaced can change nothing, however late it wakes up.
 *
 * <p>The calls come from the controller's loop; the work is done on a thread of its own, one piece
 * after the other, and each outcome returns to the loop.
 */
public final class ZkMetaStore implements MetaStore {
  private static final Logger LOG = LoggerFactory.getLogger(ZkMetaStore.class);
  private static final long FIRST_RETRY_MILLIS = 50;
  private static final long LAST_RETRY_MILLIS = 1_000;

  /** Gets the outcomes, on the controller's loop. */
  public interface Outcomes {
    /** A transaction has ended. */
    void committed(MetaTransaction transaction, CommitResult result);

    /**
     * Everything was read.
     *
     * @param ticket of the call that asked for it
     * @param epoch the leadership that may change it
     */
    void loaded(long ticket, long epoch, ClusterState state);
  }

  private final ZkSession session;
  private final ZkPaths paths;
  private final FenceHolder fences;
  private final ChangeOps changeOps;
  private final ScheduledExecutorService thread;
  private final LoopHand loop;
  private final Outcomes outcomes;

  /** The read that is wanted; none once it is 0. */
  private final AtomicLong wanted = new AtomicLong();

  private volatile String trouble = "";

  // Of the store's thread.
  private final Set<String> configs = new HashSet<>();
  private int failedCommits;
  private int failedReads;

  /**
   * @param root the cluster's path in ZooKeeper
   * @param thread carries out the work; has one thread
   */
  public ZkMetaStore(
      ZkSession session,
      String root,
      FenceHolder fences,
      Clock clock,
      ScheduledExecutorService thread,
      LoopHand loop,
      Outcomes outcomes) {
    this.session = session;
    this.paths = new ZkPaths(root);
    this.fences = fences;
    this.changeOps = new ChangeOps(paths, clock);
    this.thread = thread;
    this.loop = loop;
    this.outcomes = outcomes;
  }

  /** Why the truth cannot be read or written; empty when nothing is wrong. Any thread. */
  public String trouble() {
    return trouble;
  }

  // ---- writing

  @Override
  public void commit(MetaTransaction transaction) {
    thread.execute(
        () -> {
          CommitResult result;
          try {
            result = write(transaction);
          } catch (Error e) {
            // The controller waits for an outcome, and decides nothing until it has one.
            LOG.error("a transaction failed", e);
            result = CommitResult.UNKNOWN;
          }
          CommitResult outcome = result;
          failedCommits = result == CommitResult.DONE ? 0 : failedCommits + 1;
          loop.hand(() -> outcomes.committed(transaction, outcome));
        });
  }

  private CommitResult write(MetaTransaction transaction) {
    Optional<Fence> fence = fences.of(transaction.epoch());
    if (fence.isEmpty()) {
      return CommitResult.CONFLICT;
    }
    try {
      List<Op> ops = new ArrayList<>();
      ops.add(Op.check(paths.epoch(), fence.get().token()));
      ops.addAll(changeOps.of(transaction.changes(), configs));
      session.handle().multi(ops);
      transaction.changes().forEach(this::remember);
      return CommitResult.DONE;
    } catch (KeeperException e) {
      CommitResult result = resultOf(e.code());
      LOG.warn(
          "a transaction of {} changes under epoch {} ended as {}: {}",
          transaction.changes().size(),
          transaction.epoch(),
          result,
          e.getMessage());
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CommitResult.UNKNOWN;
    } catch (RuntimeException e) {
      // It was never sent: a record of it cannot be encoded.
      trouble = "a change cannot be written: " + e.getMessage();
      LOG.error("{}", trouble, e);
      return CommitResult.CONFLICT;
    }
  }

  private void remember(MetaChange change) {
    if (change instanceof MetaChange.ConfigSet set) {
      configs.add(set.key());
    }
  }

  /** What is known about a transaction that failed like this. */
  static CommitResult resultOf(KeeperException.Code code) {
    return switch (code) {
      case NODEEXISTS, BADVERSION, NONODE, NOTEMPTY -> CommitResult.CONFLICT;
      default -> CommitResult.UNKNOWN;
    };
  }

  // ---- reading

  @Override
  public void load(long ticket) {
    wanted.set(ticket);
    thread.execute(
        () -> {
          if (failedCommits == 0) {
            read(ticket);
          } else {
            // What was in the transaction's way needs a moment to go.
            readLater(ticket, failedCommits);
          }
        });
  }

  private void read(long ticket) {
    if (ticket != wanted.get()) {
      return;
    }
    try {
      ZooKeeper zk = session.handle();
      Truth truth = new TruthReader(paths, new BulkReader(zk)).read();
      configs.clear();
      configs.addAll(truth.configs());
      failedReads = 0;
      trouble = "";
      loop.hand(() -> outcomes.loaded(ticket, truth.epoch(), truth.state()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KeeperException e) {
      readAgain(ticket, "ZooKeeper cannot be read: " + e.getMessage());
    } catch (MetaDamageException e) {
      readAgain(ticket, e.getMessage());
    } catch (RuntimeException | Error e) {
      // Else nobody would read again, and an active nameserver would do nothing for ever.
      readAgain(ticket, "unexpected: " + e);
    }
  }

  private void readAgain(long ticket, String reason) {
    if (ticket != wanted.get()) {
      return;
    }
    if (!reason.equals(trouble)) {
      trouble = reason;
      LOG.error("the cluster's state is not known, so nothing is done: {}", reason);
    }
    failedReads++;
    readLater(ticket, failedReads);
  }

  private void readLater(long ticket, int failures) {
    long pause = Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(failures, 5));
    thread.schedule(() -> read(ticket), pause, TimeUnit.MILLISECONDS);
  }

  /** The leadership that wanted to read is over; from the controller's loop. */
  public void stopReading() {
    wanted.set(0);
    trouble = "";
  }
}
