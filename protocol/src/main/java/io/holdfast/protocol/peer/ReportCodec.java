package io.holdfast.protocol.peer;

import static io.holdfast.protocol.peer.ModelCodec.decode;
import static io.holdfast.protocol.peer.ModelCodec.decodeMembers;
import static io.holdfast.protocol.peer.ModelCodec.encode;
import static io.holdfast.protocol.peer.WireCheck.count;
import static io.holdfast.protocol.peer.WireCheck.positive;

import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.message.ReportMessage.Grant;
import io.holdfast.protocol.message.ReportMessage.MemberUnfit;
import io.holdfast.protocol.message.ReportMessage.ReachReport;
import io.holdfast.protocol.message.ReportMessage.Reached;
import io.holdfast.protocol.message.ReportMessage.RelieveMe;
import io.holdfast.protocol.message.ReportMessage.Silence;
import io.holdfast.protocol.message.ReportMessage.SilenceReport;
import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.message.ReportMessage.TransferReady;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.peer.wire.PeerChangeMembers;
import io.holdfast.protocol.peer.wire.PeerFenced;
import io.holdfast.protocol.peer.wire.PeerGrant;
import io.holdfast.protocol.peer.wire.PeerMessage;
import io.holdfast.protocol.peer.wire.PeerReachReport;
import io.holdfast.protocol.peer.wire.PeerReached;
import io.holdfast.protocol.peer.wire.PeerSilence;
import io.holdfast.protocol.peer.wire.PeerSilenceReport;
import io.holdfast.protocol.peer.wire.PeerTabletReport;
import io.holdfast.protocol.peer.wire.PeerTransferReady;

/** What a tablet tells the nameservers, on the wire. */
final class ReportCodec {
  private ReportCodec() {}

  /** Sets the body that this message has. */
  static void encodeInto(PeerMessage.Builder out, ReportMessage message) {
    if (message instanceof TabletReport report) {
      out.setTabletReport(wire(report));
    } else if (message instanceof Fenced fenced) {
      out.setFenced(wire(fenced));
    } else if (message instanceof ChangeMembers change) {
      out.setChangeMembers(wire(change));
    } else if (message instanceof SilenceReport report) {
      out.setSilenceReport(wire(report));
    } else if (message instanceof ReachReport report) {
      out.setReachReport(wire(report));
    } else if (message instanceof MemberUnfit unfit) {
      out.setMemberUnfit(HealthCodec.wire(unfit));
    } else if (message instanceof RelieveMe relief) {
      out.setRelieveMe(HealthCodec.wire(relief));
    } else if (message instanceof TransferReady transfer) {
      out.setTransferReady(wire(transfer));
    } else {
      throw MessageCodec.forgotten(message);
    }
  }

  private static PeerTabletReport wire(TabletReport message) {
    return PeerTabletReport.newBuilder()
        .setIncarnation(message.incarnation())
        .setLoop(loop(message.loop(), message.loops()))
        .setLoops(message.loops())
        .setEpoch(count("epoch", message.epoch()))
        .addAllReplicas(
            WireCheck.map(
                "replicas", message.replicas(), WireCheck.MAX_PARTITIONS, StatusCodec::encode))
        .setDeparture(DepartureCodec.wire(message.departure()))
        .setNumber(count("number", message.number()))
        .build();
  }

  static TabletReport message(PeerTabletReport wire) {
    return new TabletReport(
        wire.getIncarnation(),
        loop(wire.getLoop(), wire.getLoops()),
        wire.getLoops(),
        count("epoch", wire.getEpoch()),
        WireCheck.map(
            "replicas", wire.getReplicasList(), WireCheck.MAX_PARTITIONS, StatusCodec::decode),
        DepartureCodec.departure(wire.getDeparture()),
        count("number", wire.getNumber()));
  }

  private static int loop(int loop, int loops) {
    if (count("loop", loop) >= positive("loops", loops)) {
      throw new IllegalArgumentException("loop " + loop + " of " + loops);
    }
    return loop;
  }

  private static PeerFenced wire(Fenced message) {
    return PeerFenced.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setUid(encode(message.uid()))
        .setIncarnation(message.incarnation())
        .setLastTerm(count("lastTerm", message.lastTerm()))
        .setLastOffset(count("lastOffset", message.lastOffset()))
        .setCommit(count("commit", message.commit()))
        .setFlags(message.flags().bits())
        .addAllGrants(
            WireCheck.map("grants", message.grants(), WireCheck.MAX_NODES, ReportCodec::wire))
        .build();
  }

  static Fenced message(PeerFenced wire) {
    return new Fenced(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        decode(wire.hasUid(), wire.getUid()),
        wire.getIncarnation(),
        count("lastTerm", wire.getLastTerm()),
        count("lastOffset", wire.getLastOffset()),
        count("commit", wire.getCommit()),
        new ReplicaFlags(wire.getFlags()),
        WireCheck.map("grants", wire.getGrantsList(), WireCheck.MAX_NODES, ReportCodec::grant));
  }

  private static PeerGrant wire(Grant grant) {
    PeerGrant.Builder out = PeerGrant.newBuilder().setRemainingNanos(grant.remainingNanos());
    if (grant.holder() != null) {
      out.setHolder(encode(grant.holder()));
    }
    return out.build();
  }

  private static Grant grant(PeerGrant wire) {
    // Present and empty is no way to say "unknown": decodeNode refuses it.
    NodeId holder = wire.hasHolder() ? ModelCodec.decodeNode(wire.getHolder()) : null;
    return new Grant(holder, wire.getRemainingNanos());
  }

  private static PeerChangeMembers wire(ChangeMembers message) {
    return PeerChangeMembers.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setVersion(positive("version", message.version()))
        .addAllMembers(encode(message.members()))
        .build();
  }

  static ChangeMembers message(PeerChangeMembers wire) {
    return new ChangeMembers(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        positive("version", wire.getVersion()),
        decodeMembers(wire.getMembersList()));
  }

  private static PeerTransferReady wire(TransferReady message) {
    return PeerTransferReady.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setTarget(encode(message.target()))
        .build();
  }

  static TransferReady message(PeerTransferReady wire) {
    return new TransferReady(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        ModelCodec.decodeNode(wire.getTarget()));
  }

  private static PeerSilenceReport wire(SilenceReport message) {
    return PeerSilenceReport.newBuilder()
        .addAllSilences(
            WireCheck.map(
                "silences", message.silences(), WireCheck.MAX_PARTITIONS, ReportCodec::wire))
        .build();
  }

  static SilenceReport message(PeerSilenceReport wire) {
    return new SilenceReport(
        WireCheck.map(
            "silences", wire.getSilencesList(), WireCheck.MAX_PARTITIONS, ReportCodec::silence));
  }

  private static PeerSilence wire(Silence silence) {
    return PeerSilence.newBuilder()
        .setPartition(encode(silence.partition()))
        .setTerm(count("term", silence.term()))
        .setSilentNanos(silence.silentNanos())
        .setClosed(silence.closed())
        .build();
  }

  private static Silence silence(PeerSilence wire) {
    return new Silence(
        decode(wire.hasPartition(), wire.getPartition()),
        count("term", wire.getTerm()),
        wire.getSilentNanos(),
        wire.getClosed());
  }

  private static PeerReachReport wire(ReachReport message) {
    return PeerReachReport.newBuilder()
        .setPartition(encode(message.partition()))
        .addAllReached(
            WireCheck.map("reached", message.reached(), WireCheck.MAX_NODES, ReportCodec::wire))
        .build();
  }

  static ReachReport message(PeerReachReport wire) {
    return new ReachReport(
        decode(wire.hasPartition(), wire.getPartition()),
        WireCheck.map("reached", wire.getReachedList(), WireCheck.MAX_NODES, ReportCodec::reached));
  }

  private static PeerReached wire(Reached reached) {
    return PeerReached.newBuilder()
        .setPeer(encode(reached.peer()))
        .setAgoNanos(reached.agoNanos())
        .build();
  }

  private static Reached reached(PeerReached wire) {
    return new Reached(ModelCodec.decodeNode(wire.getPeer()), wire.getAgoNanos());
  }
}
