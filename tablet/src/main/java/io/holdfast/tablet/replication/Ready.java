package io.holdfast.tablet.replication;

import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.SnapshotManifest;
import java.util.ArrayList;
import java.util.List;

/**
 * What one event makes a replica want. Filled by the core, carried out by {@link ReplicaHost} in
 * this order and no other:
 *
 * <ol>
 *   <li>go on with the state and the empty log that a snapshot brought;
 *   <li>make flags and term durable, before anything that reveals it leaves the node;
 *   <li>send messages: a leader's appends go out before its own disk has the records, so that both
 *       run at once;
 *   <li>cut, then extend the log; the disk reports durability later, and only that report makes a
 *       replica acknowledge;
 *   <li>apply what is committed;
 *   <li>answer clients.
 * </ol>
 */
final class Ready {
  /** A message for one server. */
  record Outgoing(NodeId to, Message message) {}

  /** A write's end. */
  record WriteDone(WriteListener listener, WriteOutcome outcome, long offset, int result) {
    /** The end of a write of which there is no record. */
    static WriteDone refused(WriteListener listener, WriteOutcome outcome) {
      return new WriteDone(listener, outcome, 0, 0);
    }

    void tell() {
      listener.onWriteDone(outcome, offset, result);
    }
  }

  /** A quorum read that may be served now, or must not be served here. */
  record ReadDone(ReadListener listener, boolean confirmed) {}

  static final long NOTHING = -1;

  boolean persistFlags;
  boolean persistTerm;
  boolean startAnew;
  SnapshotManifest installed;
  final List<Outgoing> messages = new ArrayList<>();
  final List<ReportMessage> reports = new ArrayList<>();
  long truncateAfter = NOTHING;
  String truncateReason = "";
  final List<LogRecord> appends = new ArrayList<>();
  long applyTo = NOTHING;
  final List<WriteDone> writesDone = new ArrayList<>();
  final List<ReadDone> readsDone = new ArrayList<>();

  void send(NodeId to, Message message) {
    messages.add(new Outgoing(to, message));
  }

  void clear() {
    persistFlags = false;
    persistTerm = false;
    startAnew = false;
    installed = null;
    messages.clear();
    reports.clear();
    truncateAfter = NOTHING;
    truncateReason = "";
    appends.clear();
    applyTo = NOTHING;
    writesDone.clear();
    readsDone.clear();
  }
}
