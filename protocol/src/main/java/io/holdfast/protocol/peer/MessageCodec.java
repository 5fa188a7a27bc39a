package io.holdfast.protocol.peer;

import io.holdfast.protocol.message.ControlMessage;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReplicationMessage;
import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.peer.wire.PeerMessage;

/**
 * Messages between servers to and from their protobuf form ({@code holdfast/peer.proto}).
 *
 * <p>Strict both ways: what one server can encode every server of its version can decode, and a
 * decoded message has every part it must have, each within its range.
 */
public final class MessageCodec {
  private MessageCodec() {}

  /**
   * The wire form. It shares the payload arrays of the message's log records.
   *
   * @throws IllegalArgumentException when something in the message is out of range
   */
  public static PeerMessage encode(Message message) {
    PeerMessage.Builder out = PeerMessage.newBuilder();
    if (message instanceof ReplicationMessage replication) {
      ReplicationCodec.encodeInto(out, replication);
    } else if (message instanceof ControlMessage control) {
      ControlCodec.encodeInto(out, control);
    } else if (message instanceof ReportMessage report) {
      ReportCodec.encodeInto(out, report);
    } else {
      throw forgotten(message);
    }
    return out.build();
  }

  /** Whether this server knows messages of this kind; a newer one may send others. */
  public static boolean isKnown(PeerMessage wire) {
    return wire.getBodyCase() != PeerMessage.BodyCase.BODY_NOT_SET;
  }

  /**
   * The message. Its log records take over the arrays of the wire form, which must not be used
   * afterwards.
   *
   * @throws IllegalArgumentException when the kind is unknown, a part is missing or a value is out
   *     of range; the text says which
   */
  public static Message decode(PeerMessage wire) {
    return switch (wire.getBodyCase()) {
      case APPEND -> ReplicationCodec.message(wire.getAppend());
      case APPEND_ACK -> ReplicationCodec.message(wire.getAppendAck());
      case APPEND_NACK -> ReplicationCodec.message(wire.getAppendNack());
      case STALE_TERM -> ReplicationCodec.message(wire.getStaleTerm());
      case HEARTBEAT -> ReplicationCodec.message(wire.getHeartbeat());
      case HEARTBEAT_ACK -> ReplicationCodec.message(wire.getHeartbeatAck());
      case SNAPSHOT_OFFER -> SnapshotCodec.message(wire.getSnapshotOffer());
      case SNAPSHOT_CHUNK -> SnapshotCodec.message(wire.getSnapshotChunk());
      case SNAPSHOT_PROGRESS -> SnapshotCodec.message(wire.getSnapshotProgress());
      case PING -> ReplicationCodec.message(wire.getPing());
      case RESYNC -> ReplicationCodec.message(wire.getResync());
      case RECALL -> ReplicationCodec.message(wire.getRecall());
      case RELABEL -> ReplicationCodec.message(wire.getRelabel());
      case DISPENSABLE -> WitnessCodec.message(wire.getDispensable());
      case LET_GO -> WitnessCodec.message(wire.getLetGo());
      case LOG_REQUEST -> WitnessCodec.message(wire.getLogRequest());
      case LOG_SUFFIX -> WitnessCodec.message(wire.getLogSuffix());
      case LOG_MISMATCH -> WitnessCodec.message(wire.getLogMismatch());
      case CREATE_REPLICA -> ControlCodec.message(wire.getCreateReplica());
      case DROP_REPLICA -> ControlCodec.message(wire.getDropReplica());
      case NEW_TERM -> ControlCodec.message(wire.getNewTerm());
      case BECOME_LEADER -> ControlCodec.message(wire.getBecomeLeader());
      case MEMBERS_CHANGED -> ControlCodec.message(wire.getMembersChanged());
      case LEADER_ADVICE -> ControlCodec.message(wire.getLeaderAdvice());
      case FETCH_LOG -> ControlCodec.message(wire.getFetchLog());
      case SILENCE_QUERY -> ControlCodec.message(wire.getSilenceQuery());
      case REACH_QUERY -> ControlCodec.message(wire.getReachQuery());
      case TRANSFER_LEADER -> ControlCodec.message(wire.getTransferLeader());
      case ALTER_TABLE -> ControlCodec.message(wire.getAlterTable());
      case FILL_INDEXES -> ControlCodec.message(wire.getFillIndexes());
      case MAKE_SNAPSHOT -> ControlCodec.message(wire.getMakeSnapshot());
      case DEPARTURE_ANSWER -> DepartureCodec.message(wire.getDepartureAnswer());
      case TABLET_REPORT -> ReportCodec.message(wire.getTabletReport());
      case FENCED -> ReportCodec.message(wire.getFenced());
      case CHANGE_MEMBERS -> ReportCodec.message(wire.getChangeMembers());
      case SILENCE_REPORT -> ReportCodec.message(wire.getSilenceReport());
      case REACH_REPORT -> ReportCodec.message(wire.getReachReport());
      case MEMBER_UNFIT -> HealthCodec.message(wire.getMemberUnfit());
      case RELIEVE_ME -> HealthCodec.message(wire.getRelieveMe());
      case TRANSFER_READY -> ReportCodec.message(wire.getTransferReady());
      case BODY_NOT_SET -> throw new IllegalArgumentException("a message of no known kind");
    };
  }

  /** For the end of a chain over a sealed type, which Java 17 cannot check to be complete. */
  static AssertionError forgotten(Message message) {
    return new AssertionError("the codec does not know " + message.getClass());
  }
}
