package io.holdfast.protocol.peer;

import static io.holdfast.protocol.peer.WireCheck.count;
import static io.holdfast.protocol.peer.WireCheck.positive;
import static io.holdfast.protocol.peer.WireCheck.present;
import static io.holdfast.protocol.peer.WireCheck.text;

import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.peer.wire.PeerMember;
import io.holdfast.protocol.peer.wire.PeerPartition;
import io.holdfast.protocol.peer.wire.PeerRecord;
import io.holdfast.protocol.peer.wire.PeerUid;
import java.util.List;

/** Ids, members and log records on the wire. */
final class ModelCodec {
  private ModelCodec() {}

  static PeerPartition encode(PartitionId id) {
    return PeerPartition.newBuilder()
        .setTid(count("tid", id.tid()))
        .setPid(count("pid", id.pid()))
        .build();
  }

  /**
   * @param isPresent what the enclosing message says about the field
   */
  static PartitionId decode(boolean isPresent, PeerPartition wire) {
    present("partition", isPresent);
    return decode(wire);
  }

  static PartitionId decode(PeerPartition wire) {
    return new PartitionId(count("tid", wire.getTid()), count("pid", wire.getPid()));
  }

  static PeerUid encode(ReplicaUid uid) {
    return PeerUid.newBuilder().setHigh(uid.high()).setLow(uid.low()).build();
  }

  static ReplicaUid decode(boolean isPresent, PeerUid wire) {
    present("uid", isPresent);
    return new ReplicaUid(wire.getHigh(), wire.getLow());
  }

  static String encode(NodeId node) {
    return text("endpoint", node.endpoint(), WireCheck.MAX_ENDPOINT_CHARS);
  }

  static NodeId decodeNode(String wire) {
    return new NodeId(text("endpoint", wire, WireCheck.MAX_ENDPOINT_CHARS));
  }

  static List<String> encodeNodes(String name, List<NodeId> nodes) {
    return WireCheck.map(name, nodes, WireCheck.MAX_NODES, ModelCodec::encode);
  }

  static List<NodeId> decodeNodes(String name, List<String> wire) {
    return WireCheck.map(name, wire, WireCheck.MAX_NODES, ModelCodec::decodeNode);
  }

  static List<PeerMember> encode(MemberSet members) {
    return encodeCopies("members", members.members());
  }

  static List<PeerMember> encodeCopies(String name, List<Member> copies) {
    return WireCheck.map(name, copies, WireCheck.MAX_NODES, ModelCodec::encode);
  }

  static MemberSet decodeMembers(List<PeerMember> wire) {
    return new MemberSet(decodeCopies("members", wire));
  }

  static List<Member> decodeCopies(String name, List<PeerMember> wire) {
    return WireCheck.map(name, wire, WireCheck.MAX_NODES, ModelCodec::decodeMember);
  }

  private static PeerMember encode(Member member) {
    return PeerMember.newBuilder()
        .setTablet(encode(member.tablet()))
        .setUid(encode(member.uid()))
        .build();
  }

  private static Member decodeMember(PeerMember wire) {
    return new Member(decodeNode(wire.getTablet()), decode(wire.hasUid(), wire.getUid()));
  }

  /**
   * @param offset where the record must stand, as the wire does not say it
   */
  static PeerRecord encode(LogRecord record, long offset) {
    if (record.offset() != offset) {
      throw new IllegalArgumentException(
          "record " + record.offset() + " where " + offset + " must follow");
    }
    WireCheck.atMost("payload", record.payload().length, WireCheck.MAX_PAYLOAD_BYTES);
    return PeerRecord.newBuilder()
        .setTerm(record.term())
        .setType(record.type().code())
        .setSessionHigh(record.session().high())
        .setSessionLow(record.session().low())
        .setSeq(count("seq", record.seq()))
        .setPayload(Payloads.wrap(record.payload()))
        .build();
  }

  static LogRecord decode(PeerRecord wire, long offset) {
    WireCheck.atMost("payload", wire.getPayload().size(), WireCheck.MAX_PAYLOAD_BYTES);
    return new LogRecord(
        positive("record term", wire.getTerm()),
        offset,
        LogRecord.Type.ofCode(wire.getType()),
        session(wire.getSessionHigh(), wire.getSessionLow()),
        count("seq", wire.getSeq()),
        Payloads.unwrap(wire.getPayload()));
  }

  private static SessionId session(long high, long low) {
    return high == 0 && low == 0 ? SessionId.NONE : new SessionId(high, low);
  }
}
