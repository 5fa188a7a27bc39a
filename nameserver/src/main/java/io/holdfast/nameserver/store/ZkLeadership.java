package io.holdfast.nameserver.store;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is the active nameserver.
 *
 * <p>A latch decides who tries, and nothing more: a paused process may believe in its latch long
 * after another holds it. What counts is the epoch node, which whoever holds the latch takes by
 * compare-and-set; everything that is written later checks it.
 *
 * <p>Works level-triggered on a thread of its own: every so often, and whenever something happens,
 * it looks at how things are and does what is missing. So a step that fails is made again without
 * anybody having to remember it.
 */
public final class ZkLeadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ZkLeadership.class);
  private static final long LOOK_MILLIS = 250;
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Told how it goes, on the controller's loop. */
  public interface Listener {
    /** The cluster's id is known now. Told once, before anything else. */
    void identified(String clusterId);

    /** This nameserver has taken an epoch. */
    void won(Fence fence);

    /** It has lost the latch, or ZooKeeper, and with it the right to act. May be told twice. */
    void lost(String reason);
  }

  private final ZkSession session;
  private final ZkPaths paths;
  private final ClusterIdentity identity;
  private final EpochClaim claim;
  private final LeaderNodes nodes;
  private final ScheduledExecutorService thread;
  private final LoopHand loop;
  private final Listener listener;
  private final LeaderLatch latch;

  /** Counts the times the latch was lost or given up, so that no short loss is overlooked. */
  private final AtomicLong losses = new AtomicLong();

  private volatile String activeEndpoint = "";
  private volatile String trouble = "not connected to ZooKeeper yet";

  // Of the leadership's thread.
  private boolean directoriesMade;
  private boolean identified;
  private Fence held;
  private long heldAtLosses;
  private long restUntil = System.nanoTime();

  /**
   * @param root the cluster's path in ZooKeeper
   * @param endpoint where this nameserver serves
   * @param thread carries out the work; has one thread
   */
  public ZkLeadership(
      ZkSession session,
      String root,
      String endpoint,
      ScheduledExecutorService thread,
      LoopHand loop,
      Listener listener) {
    this.session = session;
    this.paths = new ZkPaths(root);
    this.identity = new ClusterIdentity(paths);
    this.claim = new EpochClaim(paths, endpoint);
    this.nodes = new LeaderNodes(paths, endpoint);
    this.thread = thread;
    this.loop = loop;
    this.listener = listener;
    this.latch = new LeaderLatch(session.curator(), paths.latch(), endpoint);
    latch.addListener(
        new LeaderLatchListener() {
          @Override
          public void isLeader() {
            lookSoon();
          }

          @Override
          public void notLeader() {
            lose("it has lost the latch or ZooKeeper");
          }
        });
    session.onChange(connected -> lookSoon());
  }

  /** Begins to try. */
  public void start() {
    try {
      latch.start();
    } catch (Exception e) {
      // Only a second start does that; there is no I/O yet.
      throw new IllegalStateException(e);
    }
    thread.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The active nameserver, as far as is known; empty when none is. Any thread. */
  public String activeEndpoint() {
    return activeEndpoint;
  }

  /** The nameservers that run, as far as is known. Any thread. */
  public List<String> endpoints() {
    return nodes.endpoints();
  }

  /**
   * What stands in the way of knowing or becoming the active one; empty for nothing. Any thread.
   */
  public String trouble() {
    return trouble;
  }

  /**
   * Gives the present leadership up, because the controller cannot go on with it. While nobody else
   * wants the latch, this nameserver will try again after a rest.
   */
  public void standDown(String reason) {
    LOG.warn("stands down: {}", reason);
    thread.execute(
        () -> {
          restUntil = System.nanoTime() + REST_NANOS;
          losses.incrementAndGet();
          look();
        });
  }

  private void lose(String reason) {
    // In this order. Should the loss be told only after a later claim, then the count has moved
    // after that claim, and the next look ends it and makes another.
    loop.hand(() -> listener.lost(reason));
    losses.incrementAndGet();
    lookSoon();
  }

  private void lookSoon() {
    if (!thread.isShutdown()) {
      thread.execute(this::look);
    }
  }

  private void look() {
    try {
      if (held != null && losses.get() != heldAtLosses) {
        held = null;
        loop.hand(() -> listener.lost("it has lost the latch or ZooKeeper"));
      }
      if (!session.isConnected()) {
        activeEndpoint = "";
        trouble = "no connection to ZooKeeper";
        return;
      }
      ZooKeeper zk = session.handle();
      prepare(zk);
      checkStillHeld(zk);
      if (held == null && latch.hasLeadership() && System.nanoTime() - restUntil >= 0) {
        take(zk);
      }
      activeEndpoint = nodes.tend(zk, held);
      trouble = "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KeeperException e) {
      LOG.debug("a look at the leadership failed", e);
      trouble = "ZooKeeper: " + e.getMessage();
    } catch (MetaDamageException e) {
      if (!e.getMessage().equals(trouble)) {
        LOG.error("{}", e.getMessage());
      }
      trouble = e.getMessage();
    } catch (RuntimeException | Error e) {
      // An error, too: whatever is thrown from here ends the regular look for good.
      LOG.error("a look at the leadership failed", e);
      trouble = "unexpected: " + e;
    }
  }

  private void prepare(ZooKeeper zk)
      throws KeeperException, InterruptedException, MetaDamageException {
    if (!directoriesMade) {
      for (String directory : paths.directories()) {
        ZkSession.makeDirectory(zk, directory);
      }
      for (String counter : paths.counters()) {
        ZkSession.makeCounter(zk, counter);
      }
      directoriesMade = true;
    }
    if (!identified) {
      String id = identity.read(zk);
      identified = true;
      loop.hand(() -> listener.identified(id));
    }
  }

  /** Sees it at once when another nameserver has taken the epoch, not only at the next write. */
  private void checkStillHeld(ZooKeeper zk) throws KeeperException, InterruptedException {
    if (held == null) {
      return;
    }
    Stat stat = zk.exists(paths.epoch(), false);
    if (stat == null || stat.getVersion() != held.token()) {
      held = null;
      restUntil = System.nanoTime() + REST_NANOS;
      lose("another nameserver has taken the next epoch");
    }
  }

  private void take(ZooKeeper zk)
      throws KeeperException, InterruptedException, MetaDamageException {
    long lossesBefore = losses.get();
    identity.read(zk);
    Fence fence = claim.take(zk);
    if (losses.get() != lossesBefore) {
      return;
    }
    held = fence;
    heldAtLosses = lossesBefore;
    loop.hand(() -> listener.won(fence));
  }

  /** Lets go of the latch, so that a standby takes over at once. The thread is the caller's. */
  @Override
  public void close() {
    try {
      latch.close();
    } catch (IOException | IllegalStateException e) {
      LOG.debug("the latch was not closed", e);
    }
  }
}
