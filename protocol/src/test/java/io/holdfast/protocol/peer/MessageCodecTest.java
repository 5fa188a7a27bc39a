package io.holdfast.protocol.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.protocol.message.ControlMessage;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReplicationMessage.Append;
import io.holdfast.protocol.message.ReplicationMessage.AppendAck;
import io.holdfast.protocol.message.ReplicationMessage.Heartbeat;
import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.model.CatchUp;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.Speaker;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.peer.wire.PeerAppend;
import io.holdfast.protocol.peer.wire.PeerAppendAck;
import io.holdfast.protocol.peer.wire.PeerBecomeLeader;
import io.holdfast.protocol.peer.wire.PeerFenced;
import io.holdfast.protocol.peer.wire.PeerGrant;
import io.holdfast.protocol.peer.wire.PeerLeaderAdvice;
import io.holdfast.protocol.peer.wire.PeerMember;
import io.holdfast.protocol.peer.wire.PeerMessage;
import io.holdfast.protocol.peer.wire.PeerPartition;
import io.holdfast.protocol.peer.wire.PeerRecord;
import io.holdfast.protocol.peer.wire.PeerReplica;
import io.holdfast.protocol.peer.wire.PeerTableOptions;
import io.holdfast.protocol.peer.wire.PeerTabletReport;
import io.holdfast.protocol.peer.wire.PeerUid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every message comes out of the wire as it went in, and nothing else comes out of it. */
final class MessageCodecTest {
  private static final long SEED = 20_260_101;
  private static final PartitionId PARTITION = new PartitionId(7, 3);
  private static final ReplicaUid UID = new ReplicaUid(0x0102030405060708L, 0x1112131415161718L);
  private static final Speaker SPEAKER = new Speaker(UID, 1, ReplicaFlags.NONE);

  /**
   * Messages of each kind of the sealed hierarchy survive the way over the wire, value by value.
   */
  @Test
  void everyKindRoundTrips() {
    RandomMessages messages = new RandomMessages(SEED);
    messages
        .kinds()
        .forEach(
            (kind, source) -> {
              for (int i = 0; i < 50; i++) {
                Message message = source.get();
                Message back = MessageCodec.decode(overTheWire(MessageCodec.encode(message)));
                assertThat(back).isExactlyInstanceOf(kind);
                assertThat(back)
                    .as("seed %d, %s", SEED, message)
                    .usingRecursiveComparison()
                    .isEqualTo(message);
              }
            });
  }

  /** A kind of message that is added to the hierarchy and forgotten here, or in proto, is found. */
  @Test
  void noKindIsForgotten() {
    Set<Class<?>> sealed = new HashSet<>();
    for (Class<?> family : Message.class.getPermittedSubclasses()) {
      Collections.addAll(sealed, family.getPermittedSubclasses());
    }
    assertThat(new RandomMessages(SEED).kinds().keySet()).isEqualTo(sealed);
    // One case more: that of a message without a body.
    assertThat(PeerMessage.BodyCase.values()).hasSize(sealed.size() + 1);
  }

  /** The bytes of these messages are what servers of earlier versions send: they never change. */
  @Test
  void bytesDoNotDrift() {
    LogRecord write =
        new LogRecord(
            5,
            41,
            LogRecord.Type.WRITE,
            new SessionId(0x2122232425262728L, 0x3132333435363738L),
            300,
            new byte[] {(byte) 0xca, (byte) 0xfe});
    assertWire(
        new Append(PARTITION, 5, 39, 4, List.of(LogRecord.termStart(5, 40), write), 38, true),
        "0a350a04080710031005182720042a04080510012a1d08051002192827262524232221213837"
            + "36353433323128ac023202cafe30263801");
    assertWire(
        new AppendAck(PARTITION, 5, new Speaker(UID, 3, ReplicaFlags.of(Flag.AMNESIAC)), 41),
        "12290a040807100310051a12090807060504030201111817161514131211202929030000000000"
            + "00003002");
    assertWire(
        new Heartbeat(PARTITION, 5, -2, 41, false, false),
        "2a130a0408071003100519feffffffffffffff2029");
    assertWire(
        new Heartbeat(PARTITION, 5, -2, 41, false, true),
        "2a150a0408071003100519feffffffffffffff20293001");
    assertWire(
        new ControlMessage.BecomeLeader(
            9,
            PARTITION,
            6,
            12,
            0x4142434445464748L,
            new MemberSet(List.of(new Member(new NodeId("a:1"), UID))),
            List.of(new NodeId("b:2")),
            1_500,
            TableOptions.defaults(3),
            true,
            false),
        "ba014608091204080710031806200c29484746454443424132190a03613a3112120908070605"
            + "040302011118171615141312113a03623a3240dc0b4a0a080310011801200128015001");
    assertWire(
        new ReportMessage.TabletReport(
            0x5152535455565758L,
            1,
            4,
            0,
            List.of(
                new ReplicaStatus(
                    PARTITION,
                    UID,
                    Role.LEADER,
                    6,
                    12,
                    true,
                    false,
                    ReplicaFlags.NONE,
                    41,
                    40,
                    39,
                    38,
                    37,
                    CatchUp.LOG,
                    36,
                    0,
                    0,
                    0))),
        "c202410958575655545352511001180422320a04080710031212090807060504030201111817"
            + "16151413121118042006280c300148295028582760266825f00102f80124");
    assertWire(
        new ReportMessage.Fenced(
            PARTITION,
            7,
            UID,
            -1,
            6,
            41,
            40,
            ReplicaFlags.NONE,
            List.of(
                new ReportMessage.Grant(null, 1_000),
                new ReportMessage.Grant(new NodeId("a:1"), -1))),
        "ca02390a040807100310071a1209080706050403020111181716151413121121ffffffffffff"
            + "ffff2806302938284a0310d00f4a070a03613a311001");
  }

  /** A payload goes in and out without being copied, because all user data takes this way. */
  @Test
  void payloadsAreNotCopied() {
    byte[] payload = {1, 2, 3};
    LogRecord record = new LogRecord(1, 1, LogRecord.Type.WRITE, SessionId.NONE, 0, payload);
    Append append = new Append(PARTITION, 1, 0, 0, List.of(record), 0, false);

    Append back = (Append) MessageCodec.decode(MessageCodec.encode(append));

    assertThat(back.records().get(0).payload()).isSameAs(payload);
  }

  /** What lacks a part, or has a value out of range, is refused with the reason. */
  @Test
  void badContentIsRefused() {
    refused("no known kind", PeerMessage.newBuilder());
    refused("partition is missing", ack().clearPartition());
    refused("uid is missing", ack().clearUid());
    refused("term must be at least 1", ack().setTerm(0));
    refused("term must be at least 1", ack().setTerm(-1));
    refused("match must not be negative", ack().setMatch(-1));
    refused("tid must not be negative", ack().setPartition(PeerPartition.newBuilder().setTid(-1)));

    PeerRecord write = PeerRecord.newBuilder().setTerm(1).setType(2).build();
    refused("record term", append().addRecords(write.toBuilder().setTerm(0)));
    refused("unknown log record type 9", append().addRecords(write.toBuilder().setType(9)));
    refused("seq must not be negative", append().addRecords(write.toBuilder().setSeq(-1)));
    refused("start at 1", append().setPrevOffset(Long.MAX_VALUE).addRecords(write));
    refused("prevOffset must not be negative", append().setPrevOffset(-1));

    PeerMember member = PeerMember.newBuilder().setTablet("a:1").setUid(uid()).build();
    refused("uid is missing", become().addMembers(member.toBuilder().clearUid()));
    refused("endpoint is empty", become().addMembers(member.toBuilder().clearTablet()));
    refused("two replicas on one tablet", become().addMembers(member).addMembers(member));
    refused("options is missing", become().clearOptions());
    refused("no such ack mode", become().setOptions(options().setAcksValue(77)));
    refused("no such read mode", become().setOptions(options().setReadsValue(0)));
    refused("min_insync", become().setOptions(options().setMinInsync(4)));

    refused(
        "loop 4 of 4",
        PeerMessage.newBuilder()
            .setTabletReport(PeerTabletReport.newBuilder().setLoop(4).setLoops(4)));
    refused(
        "no such role",
        PeerMessage.newBuilder()
            .setTabletReport(
                PeerTabletReport.newBuilder()
                    .setLoops(1)
                    .addReplicas(
                        PeerReplica.newBuilder().setPartition(partition()).setUid(uid()))));
    refused(
        "endpoint is empty",
        PeerMessage.newBuilder()
            .setFenced(
                PeerFenced.newBuilder()
                    .setPartition(partition())
                    .setTerm(1)
                    .setUid(uid())
                    .addGrants(PeerGrant.newBuilder().setHolder(""))));
  }

  /** Lists and texts have bounds, on both sides. */
  @Test
  void sizesAreBounded() {
    PeerLeaderAdvice.Builder advice =
        PeerLeaderAdvice.newBuilder().setPartition(partition()).setTerm(1).setVersion(1);
    refused(
        "endpoint holds",
        PeerMessage.newBuilder().setLeaderAdvice(advice.clone().addLearners("a".repeat(301))));
    refused(
        "control character",
        PeerMessage.newBuilder().setLeaderAdvice(advice.clone().addLearners("a\nb:1")));
    List<String> many = Collections.nCopies(WireCheck.MAX_NODES + 1, "a:1");
    refused(
        "learners holds 1025",
        PeerMessage.newBuilder().setLeaderAdvice(advice.clone().addAllLearners(many)));

    notSent(
        "learners holds 1025",
        new ControlMessage.LeaderAdvice(
            1,
            PARTITION,
            1,
            1,
            Collections.nCopies(1_025, new NodeId("a:1")),
            List.of(),
            List.of(),
            true));
    notSent(
        "partitions holds",
        new ControlMessage.SilenceQuery(
            1, Collections.nCopies(WireCheck.MAX_PARTITIONS + 1, PARTITION)));
    byte[] large = new byte[WireCheck.MAX_PAYLOAD_BYTES + 1];
    LogRecord record = new LogRecord(1, 1, LogRecord.Type.WRITE, SessionId.NONE, 0, large);
    notSent("payload holds", new Append(PARTITION, 1, 0, 0, List.of(record), 0, false));
  }

  /** A message that no server may send fails at the server that forms it. */
  @Test
  void badMessagesAreNotSent() {
    notSent("term must be at least 1", new AppendAck(PARTITION, 0, SPEAKER, 0));
    notSent("match must not be negative", new AppendAck(PARTITION, 1, SPEAKER, -1));
    notSent(
        "record 3 where 2 must follow",
        new Append(PARTITION, 1, 1, 1, List.of(LogRecord.termStart(1, 3)), 0, false));
  }

  /**
   * Damaged bytes give a protobuf error, an IllegalArgumentException or a message that could have
   * been sent; never anything else.
   */
  @Test
  void damagedBytesNeverSurprise() {
    RandomMessages messages = new RandomMessages(SEED);
    Random random = new Random(SEED);
    int decoded = 0;
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = damage(MessageCodec.encode(messages.next()).toByteArray(), random);
      Message message;
      try {
        message = MessageCodec.decode(PeerMessage.parseFrom(bytes));
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
        continue;
      }
      decoded++;
      // As strict as the other side: this would throw if a value were out of range.
      PeerMessage again = MessageCodec.encode(message);
      assertThat(MessageCodec.encode(MessageCodec.decode(again))).isEqualTo(again);
    }
    assertThat(decoded).as("seed %d", SEED).isPositive();
    assertThat(refused).as("seed %d", SEED).isPositive();
  }

  private static byte[] damage(byte[] bytes, Random random) {
    List<Byte> result = new ArrayList<>();
    for (byte b : bytes) {
      result.add(b);
    }
    for (int i = 1 + random.nextInt(3); i > 0 && !result.isEmpty(); i--) {
      int at = random.nextInt(result.size());
      switch (random.nextInt(4)) {
        case 0 -> result.set(at, (byte) random.nextInt());
        case 1 -> result.remove(at);
        case 2 -> result.add(at, (byte) random.nextInt());
        default -> result.subList(at, result.size()).clear();
      }
    }
    byte[] out = new byte[result.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = result.get(i);
    }
    return out;
  }

  private static PeerMessage overTheWire(PeerMessage message) {
    try {
      return PeerMessage.parseFrom(message.toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertWire(Message message, String hex) {
    PeerMessage wire = MessageCodec.encode(message);
    assertThat(HexFormat.of().formatHex(wire.toByteArray())).isEqualTo(hex);
    assertThat(MessageCodec.decode(overTheWire(wire)))
        .usingRecursiveComparison()
        .isEqualTo(message);
  }

  private static void notSent(String reason, Message message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MessageCodec.encode(message))
        .withMessageContaining(reason);
  }

  private static void refused(String reason, PeerMessage.Builder wire) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MessageCodec.decode(wire.build()))
        .withMessageContaining(reason);
  }

  private static void refused(String reason, PeerAppendAck.Builder ack) {
    refused(reason, PeerMessage.newBuilder().setAppendAck(ack));
  }

  private static void refused(String reason, PeerAppend.Builder append) {
    refused(reason, PeerMessage.newBuilder().setAppend(append));
  }

  private static void refused(String reason, PeerBecomeLeader.Builder become) {
    refused(reason, PeerMessage.newBuilder().setBecomeLeader(become));
  }

  private static PeerPartition partition() {
    return ModelCodec.encode(PARTITION);
  }

  private static PeerUid uid() {
    return ModelCodec.encode(UID);
  }

  private static PeerAppendAck.Builder ack() {
    return PeerAppendAck.newBuilder().setPartition(partition()).setTerm(1).setUid(uid());
  }

  private static PeerAppend.Builder append() {
    return PeerAppend.newBuilder().setPartition(partition()).setTerm(1);
  }

  private static PeerTableOptions.Builder options() {
    return TableCodec.encode(TableOptions.defaults(3)).toBuilder();
  }

  private static PeerBecomeLeader.Builder become() {
    return PeerBecomeLeader.newBuilder()
        .setPartition(partition())
        .setTerm(1)
        .setVersion(1)
        .setOptions(options());
  }
}
