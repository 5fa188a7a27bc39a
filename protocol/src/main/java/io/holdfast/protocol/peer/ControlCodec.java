package io.holdfast.protocol.peer;

import static io.holdfast.protocol.peer.ModelCodec.decode;
import static io.holdfast.protocol.peer.ModelCodec.decodeMembers;
import static io.holdfast.protocol.peer.ModelCodec.decodeNodes;
import static io.holdfast.protocol.peer.ModelCodec.encode;
import static io.holdfast.protocol.peer.ModelCodec.encodeNodes;
import static io.holdfast.protocol.peer.WireCheck.count;
import static io.holdfast.protocol.peer.WireCheck.positive;

import io.holdfast.protocol.message.ControlMessage;
import io.holdfast.protocol.message.ControlMessage.AlterTable;
import io.holdfast.protocol.message.ControlMessage.BecomeLeader;
import io.holdfast.protocol.message.ControlMessage.CreateReplica;
import io.holdfast.protocol.message.ControlMessage.DepartureAnswer;
import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.message.ControlMessage.FetchLog;
import io.holdfast.protocol.message.ControlMessage.FillIndexes;
import io.holdfast.protocol.message.ControlMessage.LeaderAdvice;
import io.holdfast.protocol.message.ControlMessage.MakeSnapshot;
import io.holdfast.protocol.message.ControlMessage.MembersChanged;
import io.holdfast.protocol.message.ControlMessage.NewTerm;
import io.holdfast.protocol.message.ControlMessage.ReachQuery;
import io.holdfast.protocol.message.ControlMessage.SilenceQuery;
import io.holdfast.protocol.message.ControlMessage.TransferLeader;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.peer.wire.PeerAlterTable;
import io.holdfast.protocol.peer.wire.PeerBecomeLeader;
import io.holdfast.protocol.peer.wire.PeerCreateReplica;
import io.holdfast.protocol.peer.wire.PeerDropReplica;
import io.holdfast.protocol.peer.wire.PeerFetchLog;
import io.holdfast.protocol.peer.wire.PeerFillIndexes;
import io.holdfast.protocol.peer.wire.PeerLeaderAdvice;
import io.holdfast.protocol.peer.wire.PeerMakeSnapshot;
import io.holdfast.protocol.peer.wire.PeerMembersChanged;
import io.holdfast.protocol.peer.wire.PeerMessage;
import io.holdfast.protocol.peer.wire.PeerNewTerm;
import io.holdfast.protocol.peer.wire.PeerReachQuery;
import io.holdfast.protocol.peer.wire.PeerSilenceQuery;
import io.holdfast.protocol.peer.wire.PeerTransferLeader;
import io.holdfast.protocol.row.AlterationsCodec;

/** What the active nameserver tells a tablet, on the wire. */
final class ControlCodec {
  private ControlCodec() {}

  /** Sets the body that this message has. */
  static void encodeInto(PeerMessage.Builder out, ControlMessage message) {
    if (message instanceof CreateReplica create) {
      out.setCreateReplica(wire(create));
    } else if (message instanceof DropReplica drop) {
      out.setDropReplica(wire(drop));
    } else if (message instanceof MakeSnapshot make) {
      out.setMakeSnapshot(wire(make));
    } else if (message instanceof AlterTable alter) {
      out.setAlterTable(wire(alter));
    } else if (message instanceof FillIndexes fill) {
      out.setFillIndexes(wire(fill));
    } else if (message instanceof NewTerm newTerm) {
      out.setNewTerm(wire(newTerm));
    } else if (message instanceof BecomeLeader become) {
      out.setBecomeLeader(wire(become));
    } else if (message instanceof MembersChanged changed) {
      out.setMembersChanged(wire(changed));
    } else if (message instanceof LeaderAdvice advice) {
      out.setLeaderAdvice(wire(advice));
    } else if (message instanceof FetchLog fetch) {
      out.setFetchLog(wire(fetch));
    } else if (message instanceof SilenceQuery query) {
      out.setSilenceQuery(wire(query));
    } else if (message instanceof ReachQuery query) {
      out.setReachQuery(wire(query));
    } else if (message instanceof TransferLeader transfer) {
      out.setTransferLeader(wire(transfer));
    } else if (message instanceof DepartureAnswer answer) {
      out.setDepartureAnswer(DepartureCodec.wire(answer));
    } else {
      throw MessageCodec.forgotten(message);
    }
  }

  private static PeerTransferLeader wire(TransferLeader message) {
    return PeerTransferLeader.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setTarget(encode(message.target()))
        .build();
  }

  static TransferLeader message(PeerTransferLeader wire) {
    return new TransferLeader(
        count("epoch", wire.getEpoch()),
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        ModelCodec.decodeNode(wire.getTarget()));
  }

  private static PeerCreateReplica wire(CreateReplica message) {
    return PeerCreateReplica.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .setPartition(encode(message.partition()))
        .setTable(TableCodec.encode(message.table()))
        .setWitness(message.witness())
        .build();
  }

  static CreateReplica message(PeerCreateReplica wire) {
    return new CreateReplica(
        count("epoch", wire.getEpoch()),
        decode(wire.hasPartition(), wire.getPartition()),
        TableCodec.decode(wire.hasTable(), wire.getTable()),
        wire.getWitness());
  }

  private static PeerDropReplica wire(DropReplica message) {
    PeerDropReplica.Builder out =
        PeerDropReplica.newBuilder()
            .setEpoch(count("epoch", message.epoch()))
            .setPartition(encode(message.partition()));
    if (message.uid().isKnown()) {
      out.setTerm(positive("term", message.term())).setUid(encode(message.uid()));
    }
    return out.build();
  }

  static DropReplica message(PeerDropReplica wire) {
    long epoch = count("epoch", wire.getEpoch());
    PartitionId partition = decode(wire.hasPartition(), wire.getPartition());
    return wire.hasUid()
        ? new DropReplica(
            epoch, partition, positive("term", wire.getTerm()), decode(true, wire.getUid()))
        : new DropReplica(epoch, partition);
  }

  private static PeerMakeSnapshot wire(MakeSnapshot message) {
    return PeerMakeSnapshot.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .setPartition(encode(message.partition()))
        .setOffset(positive("offset", message.offset()))
        .build();
  }

  static MakeSnapshot message(PeerMakeSnapshot wire) {
    return new MakeSnapshot(
        count("epoch", wire.getEpoch()),
        decode(wire.hasPartition(), wire.getPartition()),
        positive("offset", wire.getOffset()));
  }

  private static PeerAlterTable wire(AlterTable message) {
    return PeerAlterTable.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setAlterations(AlterationsCodec.encode(message.alterations()))
        .build();
  }

  static AlterTable message(PeerAlterTable wire) {
    WireCheck.present("alterations", wire.hasAlterations());
    return new AlterTable(
        count("epoch", wire.getEpoch()),
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        AlterationsCodec.decode(wire.getAlterations()));
  }

  private static PeerFillIndexes wire(FillIndexes message) {
    return PeerFillIndexes.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setVersion(count("version", message.version()))
        .addAllLeaders(ModelCodec.encodeNodes("leaders", message.leaders()))
        .build();
  }

  static FillIndexes message(PeerFillIndexes wire) {
    return new FillIndexes(
        count("epoch", wire.getEpoch()),
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        count("version", wire.getVersion()),
        ModelCodec.decodeNodes("leaders", wire.getLeadersList()));
  }

  private static PeerNewTerm wire(NewTerm message) {
    return PeerNewTerm.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .build();
  }

  static NewTerm message(PeerNewTerm wire) {
    return new NewTerm(
        count("epoch", wire.getEpoch()),
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()));
  }

  private static PeerBecomeLeader wire(BecomeLeader message) {
    return PeerBecomeLeader.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setVersion(positive("version", message.version()))
        .setIncarnation(message.incarnation())
        .addAllMembers(encode(message.members()))
        .addAllLearners(encodeNodes("learners", message.learners()))
        .setWaitMillis(count("waitMillis", message.waitMillis()))
        .setOptions(TableCodec.encode(message.options()))
        .setAutomatic(message.automatic())
        .setLossAccepted(message.lossAccepted())
        .addAllWitnesses(encodeNodes("witnesses", message.witnesses()))
        .build();
  }

  static BecomeLeader message(PeerBecomeLeader wire) {
    return new BecomeLeader(
        count("epoch", wire.getEpoch()),
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        positive("version", wire.getVersion()),
        wire.getIncarnation(),
        decodeMembers(wire.getMembersList()),
        decodeNodes("learners", wire.getLearnersList()),
        count("waitMillis", wire.getWaitMillis()),
        TableCodec.decode(wire.hasOptions(), wire.getOptions()),
        wire.getAutomatic(),
        wire.getLossAccepted(),
        decodeNodes("witnesses", wire.getWitnessesList()));
  }

  private static PeerMembersChanged wire(MembersChanged message) {
    return PeerMembersChanged.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setVersion(positive("version", message.version()))
        .addAllMembers(encode(message.members()))
        .addAllLearners(encodeNodes("learners", message.learners()))
        .build();
  }

  static MembersChanged message(PeerMembersChanged wire) {
    return new MembersChanged(
        count("epoch", wire.getEpoch()),
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        positive("version", wire.getVersion()),
        decodeMembers(wire.getMembersList()),
        decodeNodes("learners", wire.getLearnersList()));
  }

  private static PeerLeaderAdvice wire(LeaderAdvice message) {
    return PeerLeaderAdvice.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setVersion(positive("version", message.version()))
        .addAllLearners(encodeNodes("learners", message.learners()))
        .addAllPromotable(ModelCodec.encodeCopies("promotable", message.promotable()))
        .addAllUnwanted(encodeNodes("unwanted", message.unwanted()))
        .setAutomatic(message.automatic())
        .addAllWitnesses(encodeNodes("witnesses", message.witnesses()))
        .build();
  }

  static LeaderAdvice message(PeerLeaderAdvice wire) {
    return new LeaderAdvice(
        count("epoch", wire.getEpoch()),
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        positive("version", wire.getVersion()),
        decodeNodes("learners", wire.getLearnersList()),
        ModelCodec.decodeCopies("promotable", wire.getPromotableList()),
        decodeNodes("unwanted", wire.getUnwantedList()),
        wire.getAutomatic(),
        decodeNodes("witnesses", wire.getWitnessesList()));
  }

  private static PeerFetchLog wire(FetchLog message) {
    return PeerFetchLog.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setSource(encode(message.source()))
        .setLastTerm(positive("lastTerm", message.lastTerm()))
        .setLastOffset(positive("lastOffset", message.lastOffset()))
        .build();
  }

  static FetchLog message(PeerFetchLog wire) {
    return new FetchLog(
        count("epoch", wire.getEpoch()),
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        ModelCodec.decodeNode(wire.getSource()),
        positive("lastTerm", wire.getLastTerm()),
        positive("lastOffset", wire.getLastOffset()));
  }

  private static PeerSilenceQuery wire(SilenceQuery message) {
    return PeerSilenceQuery.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .addAllPartitions(
            WireCheck.map(
                "partitions", message.partitions(), WireCheck.MAX_PARTITIONS, ModelCodec::encode))
        .build();
  }

  static SilenceQuery message(PeerSilenceQuery wire) {
    return new SilenceQuery(
        count("epoch", wire.getEpoch()),
        WireCheck.map(
            "partitions", wire.getPartitionsList(), WireCheck.MAX_PARTITIONS, ModelCodec::decode));
  }

  private static PeerReachQuery wire(ReachQuery message) {
    return PeerReachQuery.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .setPartition(encode(message.partition()))
        .addAllPeers(encodeNodes("peers", message.peers()))
        .build();
  }

  static ReachQuery message(PeerReachQuery wire) {
    return new ReachQuery(
        count("epoch", wire.getEpoch()),
        decode(wire.hasPartition(), wire.getPartition()),
        decodeNodes("peers", wire.getPeersList()));
  }
}
