package io.holdfast.testkit.sim;

import io.holdfast.protocol.message.ReplicationMessage.Heartbeat;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.tablet.replication.ReplicaHost;
import io.holdfast.tablet.replication.ReplicaView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * 13: what reads at any replica must be. Knows every committed register as of every offset, seen
 * from above.
 */
final class ReadTruth {
  private record Register(PartitionId partition, int key) {}

  /** When a replica in one life was told that it lacks nothing, by its own clock. */
  private record Told(SimTablet tablet, int life, PartitionId partition, long localTime) {}

  private final Map<Register, TreeMap<Long, Long>> values = new HashMap<>();
  private final Map<PartitionId, Long> committed = new HashMap<>();
  private final Set<PartitionId> givenUp = new HashSet<>();
  private final Map<Told, Long> claims = new HashMap<>();

  /** A record was committed for the first time anywhere. */
  void onCommitted(PartitionId partition, LogRecord record) {
    committed.put(partition, record.offset());
    if (record.type() == LogRecord.Type.WRITE) {
      int key = SimRegisters.keyIn(record);
      TreeMap<Long, Long> history =
          values.computeIfAbsent(new Register(partition, key), register -> new TreeMap<>());
      long before = history.isEmpty() ? 0 : history.lastEntry().getValue();
      history.put(record.offset(), SimRegisters.after(key, before, SimRegisters.valueIn(record)));
    }
  }

  /** Every register of a partition as of an offset. */
  TreeMap<Integer, Long> state(PartitionId partition, long offset) {
    TreeMap<Integer, Long> state = new TreeMap<>();
    values.forEach(
        (register, history) -> {
          Map.Entry<Long, Long> at = history.floorEntry(offset);
          if (register.partition().equals(partition) && at != null) {
            state.put(register.key(), at.getValue());
          }
        });
    return state;
  }

  /** By an operator's word nothing after an offset was ever committed. */
  void onGivenUp(PartitionId partition, long kept) {
    givenUp.add(partition);
    committed.merge(partition, kept, Math::min);
    values.forEach(
        (register, history) -> {
          if (register.partition().equals(partition)) {
            history.tailMap(kept, false).clear();
          }
        });
    claims.replaceAll(
        (told, commit) -> told.partition().equals(partition) ? Math.min(commit, kept) : commit);
  }

  private long committed(PartitionId partition) {
    return committed.getOrDefault(partition, 0L);
  }

  // ---- age

  /** A leader that says it is current knows everything that is committed. */
  void onSent(Heartbeat heartbeat) {
    if (heartbeat.current() && heartbeat.commit() < committed(heartbeat.partition())) {
      throw new Violation(
          "13 age",
          heartbeat
              + " calls its receiver up to date, committed "
              + committed(heartbeat.partition()));
    }
  }

  /** A tablet is about to handle a heartbeat. */
  void onHandled(SimTablet tablet, Heartbeat heartbeat) {
    if (heartbeat.current()) {
      claim(tablet, heartbeat.partition(), heartbeat.commit());
    }
  }

  /** A tablet has looked at its clock: those that hold leases know what they know. */
  void onTick(SimTablet tablet) {
    ReplicaHost host = tablet.host();
    for (PartitionId partition : host.partitions()) {
      ReplicaView view = host.view(partition);
      if (view.holdsLease(tablet.localNow())) {
        claim(tablet, partition, view.commit());
      }
    }
  }

  private void claim(SimTablet tablet, PartitionId partition, long commit) {
    claims.merge(new Told(tablet, tablet.life(), partition, tablet.localNow()), commit, Math::min);
  }

  // ---- what is shown

  /**
   * A replica shows a register.
   *
   * @param version what it says its state is
   * @param ageNanos what it says its age is; negative when it does not know
   */
  void onShown(
      SimTablet tablet, PartitionId partition, int key, long value, long version, long ageNanos) {
    if (givenUp.contains(partition) && ageNanos < 0) {
      // A copy from before the loss, with what was given up in its snapshot, that has not heard of
      // any leader yet. It says that it does not know how old it is; no session is served by it.
      return;
    }
    if (version > committed(partition)) {
      throw new Violation(
          "13 version",
          tablet.id
              + " shows "
              + version
              + " of "
              + partition
              + ", committed "
              + committed(partition));
    }
    TreeMap<Long, Long> history = values.get(new Register(partition, key));
    Map.Entry<Long, Long> at = history == null ? null : history.floorEntry(version);
    long expected = at == null ? 0 : at.getValue();
    if (value != expected) {
      throw new Violation(
          "13 version",
          tablet.id
              + " shows "
              + value
              + " in register "
              + key
              + " of "
              + partition
              + " at version "
              + version
              + ", where the log has "
              + expected);
    }
    if (ageNanos >= 0) {
      checkAge(tablet, partition, version, ageNanos);
    }
  }

  private void checkAge(SimTablet tablet, PartitionId partition, long version, long ageNanos) {
    if (ageNanos == 0 && version == committed(partition)) {
      return;
    }
    Long commit =
        claims.get(new Told(tablet, tablet.life(), partition, tablet.localNow() - ageNanos));
    if (commit == null || commit > version) {
      throw new Violation(
          "13 age",
          tablet.id
              + " calls its "
              + version
              + " of "
              + partition
              + " "
              + ageNanos
              + " ns old, but was told "
              + commit
              + " then");
    }
  }

  /** An answer reached a session that had seen something when it asked. */
  static void onSessionAnswer(PartitionId partition, long seen, long version) {
    if (version < seen) {
      throw new Violation(
          "13 session monotone",
          "a session that had seen " + seen + " of " + partition + " was answered at " + version);
    }
  }
}
