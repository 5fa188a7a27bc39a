package io.holdfast.nameserver.control;

import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.ReplicaStatus;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is known about one tablet from what it says, or does not say. */
public final class TabletHealth {
  /** A message is overtaken by a few restarts at most before it is lost for good. */
  private static final int ENDED_LIVES = 16;

  private final NodeId tablet;
  private final ArrayDeque<Long> endedLives = new ArrayDeque<>();
  private final Map<Integer, Long> heardAt = new TreeMap<>();
  private final Map<Integer, Map<PartitionId, ReplicaStatus>> replicas = new TreeMap<>();
  private long incarnation;
  private final Map<Integer, Departure> departures = new TreeMap<>();
  private final Map<Integer, Long> numbers = new TreeMap<>();
  private int loops = 1;
  private long epoch;
  private boolean closed;
  private boolean alive;
  private boolean everAlive;
  private long changedAt;

  TabletHealth(NodeId tablet, long now) {
    this.tablet = tablet;
    this.changedAt = now;
  }

  void onReport(TabletReport report, long suspectNanos, long now) {
    if (endedLives.contains(report.incarnation()) && hasSpokenWithin(suspectNanos, now)) {
      // Overtaken by the first report of a later life. To believe it would name a process that is
      // gone, and forget what the living one has said. Which life is the later one is only known
      // from the order in which they were heard first, so the doubt ends when the other is silent.
      return;
    }
    if (report.incarnation() != incarnation) {
      endLife();
      incarnation = report.incarnation();
      loops = report.loops();
      heardAt.clear();
      replicas.clear();
      epoch = 0;
      departures.clear();
      numbers.clear();
    }
    closed = false;
    epoch = Math.max(epoch, report.epoch());
    heardAt.put(report.loop(), now);
    if (report.number() < numbers.getOrDefault(report.loop(), 0L)) {
      // Overtaken by a later one: it shows that the tablet lives, and no longer what it holds.
      return;
    }
    numbers.put(report.loop(), report.number());
    Map<PartitionId, ReplicaStatus> statuses = new TreeMap<>();
    report.replicas().forEach(status -> statuses.put(status.id(), status));
    replicas.put(report.loop(), statuses);
    departures.put(report.loop(), report.departure());
  }

  private void endLife() {
    if (!heardAt.isEmpty()) {
      endedLives.addLast(incarnation);
    }
    if (endedLives.size() > ENDED_LIVES) {
      endedLives.removeFirst();
    }
  }

  private boolean hasSpokenWithin(long nanos, long now) {
    return heardAt.values().stream().anyMatch(heard -> now - heard < nanos);
  }

  /** Whether it was ever heard by this nameserver. */
  boolean hasSpoken() {
    return !heardAt.isEmpty() || !endedLives.isEmpty();
  }

  void onClosed() {
    closed = true;
  }

  /** Looks whether the tablet is alive now; returns whether that has changed. */
  boolean refresh(long suspectNanos, long now) {
    boolean aliveNow = !closed && heardAt.size() >= loops;
    for (long heard : heardAt.values()) {
      aliveNow &= now - heard < suspectNanos;
    }
    if (aliveNow == alive) {
      return false;
    }
    alive = aliveNow;
    everAlive |= aliveNow;
    changedAt = now;
    return true;
  }

  public NodeId tablet() {
    return tablet;
  }

  /** Whether every loop of the tablet has spoken recently and its connection stands. */
  public boolean isAlive() {
    return alive;
  }

  /** The life of the process that spoke last; 0 when none has. */
  public long incarnation() {
    return incarnation;
  }

  /** Whether this life of its process is known to be over. */
  boolean hasEnded(long life) {
    return life != incarnation && endedLives.contains(life);
  }

  /** Whether it has said that it is about to end, and how: the most that one of its loops said. */
  public Departure departure() {
    return departures.values().stream().max(Comparator.naturalOrder()).orElse(Departure.NONE);
  }

  /**
   * Whether it is missed: it was alive and is not, or nothing was heard of it for a while. A tablet
   * that is just saying its first words is not.
   */
  boolean isMissed(long afterNanos, long now) {
    return !alive && (everAlive || unchangedNanos(now) >= afterNanos);
  }

  /** For how long it has been alive, or not. */
  public long unchangedNanos(long now) {
    return now - changedAt;
  }

  /** Highest leadership of a nameserver that this life of the tablet has seen. */
  long epoch() {
    return epoch;
  }

  /** What it said of all its replicas. */
  List<ReplicaStatus> replicas() {
    return replicas.values().stream().flatMap(ofLoop -> ofLoop.values().stream()).toList();
  }

  /** What it said of a partition's replica; null when it has not mentioned one. */
  public ReplicaStatus replica(PartitionId partition) {
    for (Map<PartitionId, ReplicaStatus> ofLoop : replicas.values()) {
      ReplicaStatus status = ofLoop.get(partition);
      if (status != null) {
        return status;
      }
    }
    return null;
  }

  /** Whether the life of this tablet that was named leader is over, or has ended its leadership. */
  boolean leadsNoMore(PartitionRecord record) {
    if (incarnation != record.leaderIncarnation()) {
      return true;
    }
    ReplicaStatus status = replica(record.id());
    return status != null
        && (status.term() > record.term()
            || (status.term() == record.term() && status.steppedDown()));
  }
}
