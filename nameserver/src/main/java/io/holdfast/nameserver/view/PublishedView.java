package io.holdfast.nameserver.view;

import io.holdfast.nameserver.control.TabletHealth;
import io.holdfast.nameserver.control.TabletRegistry;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Keeps what clients see equal to the truth. Level-triggered: it remembers which tables may differ,
 * not what has happened to them, and writes them as they are when their turn comes. So any number
 * of changes that come while a write is under way make one more write.
 *
 * <p>Not thread-safe: every call comes from the controller's loop.
 */
public final class PublishedView {
  /** How long to wait after a write that failed. */
  private static final long RETRY_NANOS = 200_000_000L;

  private record Waiter(long revision, Runnable action) {}

  private final ViewStore store;
  private final Predicate<TableSpec> beginsEmpty;
  private final Set<Integer> stale = new TreeSet<>();
  private final Set<Integer> heldBack = new TreeSet<>();
  private final ShownAlterations shown = new ShownAlterations();
  private final List<Waiter> waiters = new ArrayList<>();
  private final List<Runnable> arrivals = new ArrayList<>();
  private boolean active;
  private long epoch;
  private boolean loaded;
  private boolean wholeStale;
  private boolean writing;
  private long revision;
  private long written;
  private long retryAt;

  /**
   * @param beginsEmpty whether a new table must not be seen before {@link #release} says so
   */
  public PublishedView(ViewStore store, Predicate<TableSpec> beginsEmpty) {
    this.store = store;
    this.beginsEmpty = beginsEmpty;
  }

  /** Shows every table as soon as it is there. */
  public PublishedView(ViewStore store) {
    this(store, table -> false);
  }

  // ---- what happens

  /** The truth was read under this epoch: everything is written anew. */
  public void onLoaded(long newEpoch) {
    active = true;
    epoch = newEpoch;
    // What another may have shown must not vanish.
    heldBack.clear();
    writing = false;
    loaded = true;
    wholeStale = true;
    revision++;
  }

  /** A change is the truth now. */
  public void onChanged(MetaChange change) {
    if (change instanceof MetaChange.PartitionCreated created) {
      stale.add(created.record().id().tid());
    } else if (change instanceof MetaChange.PartitionChanged changed) {
      stale.add(changed.record().id().tid());
    } else if (change instanceof MetaChange.TableCreated created) {
      stale.add(created.table().tid());
      if (beginsEmpty.test(created.table())) {
        heldBack.add(created.table().tid());
      }
    } else if (change instanceof MetaChange.TableChanged changed) {
      stale.add(changed.table().tid());
      shown.onChanged(changed.table());
    } else if (change instanceof MetaChange.TableDropped dropped) {
      stale.add(dropped.table().tid());
      heldBack.remove(dropped.table().tid());
    }
    // Databases and settings are few and part of every image.
    revision++;
  }

  /** A table that was held back has the rows without which nobody should see it. */
  public void release(int tid) {
    if (heldBack.remove(tid)) {
      stale.add(tid);
      revision++;
    }
  }

  /** A tablet has come or gone: its replicas look different, and clients learn of new tablets. */
  public void onTabletChanged(TabletHealth tablet, ClusterState state) {
    if (!active || state == null) {
      return;
    }
    NodeId node = tablet.tablet();
    for (PartitionId id : state.partitionIds()) {
      if (state.partition(id).involves(node)) {
        stale.add(id.tid());
      }
    }
    revision++;
  }

  /** Another nameserver publishes from now on. */
  public void deactivate() {
    active = false;
    writing = false;
    stale.clear();
    // What they wait for is true; the next nameserver writes it.
    List<Waiter> released = new ArrayList<>(waiters);
    waiters.clear();
    List<Runnable> arrived = new ArrayList<>(arrivals);
    arrivals.clear();
    released.forEach(waiter -> waiter.action().run());
    arrived.forEach(Runnable::run);
  }

  /** Runs an action once clients can see all that has happened so far. */
  public void afterwards(Runnable action) {
    if (active && shown.mayHold()) {
      // What is shown next may be just what it waits for; that is seen at the end of the turn.
      arrivals.add(action);
    } else {
      waitFor(revision, action);
    }
  }

  private void waitFor(long wanted, Runnable action) {
    if (!active || written >= wanted) {
      action.run();
    } else {
      waiters.add(new Waiter(wanted, action));
    }
  }

  private void look(ClusterState state, TabletRegistry tablets) {
    if (loaded) {
      loaded = false;
      shown.reset(state);
    }
    List<Integer> more = shown.look(state, tablets);
    if (!more.isEmpty()) {
      stale.addAll(more);
      revision++;
    }
    List<Runnable> arrived = new ArrayList<>(arrivals);
    arrivals.clear();
    arrived.forEach(action -> waitFor(revision, action));
  }

  // ---- writing

  /** Writes what is stale, unless a write is under way. To be called at the end of each turn. */
  public void endOfTurn(ClusterState state, TabletRegistry tablets, long now) {
    if (!active || state == null) {
      return;
    }
    look(state, tablets);
    if (writing || written >= revision || now - retryAt < 0) {
      return;
    }
    writing = true;
    long writingRevision = revision;
    long writingEpoch = epoch;
    boolean whole = wholeStale;
    ViewImage image = image(state, tablets, whole);
    stale.clear();
    wholeStale = false;
    store.write(
        image, success -> written(writingEpoch, writingRevision, success, now + RETRY_NANOS));
  }

  private ViewImage image(ClusterState state, TabletRegistry tablets, boolean whole) {
    Map<Integer, byte[]> tables = new HashMap<>();
    if (whole) {
      for (TableSpec table : state.tables()) {
        if (!heldBack.contains(table.tid())) {
          tables.put(table.tid(), published(table, state, tablets));
        }
      }
    } else {
      for (int tid : stale) {
        TableSpec table = state.table(tid);
        boolean unseen = table == null || heldBack.contains(tid);
        tables.put(tid, unseen ? new byte[0] : published(table, state, tablets));
      }
    }
    return new ViewImage(
        epoch, whole, tables, state.databases(), state.isAutoFailover(), state.sdkEndpoints());
  }

  private byte[] published(TableSpec table, ClusterState state, TabletRegistry tablets) {
    return TableInfos.published(shown.of(table), state, tablets).toByteArray();
  }

  private void written(long ofEpoch, long ofRevision, boolean success, long nextTry) {
    if (!active || ofEpoch != epoch) {
      return;
    }
    writing = false;
    if (!success) {
      // What stands there now is not known.
      wholeStale = true;
      retryAt = nextTry;
      return;
    }
    written = Math.max(written, ofRevision);
    List<Waiter> ready = waiters.stream().filter(waiter -> waiter.revision() <= written).toList();
    waiters.removeAll(ready);
    ready.forEach(waiter -> waiter.action().run());
  }
}
