package io.holdfast.protocol.peer;

import static io.holdfast.protocol.peer.ModelCodec.decode;
import static io.holdfast.protocol.peer.ModelCodec.encode;
import static io.holdfast.protocol.peer.WireCheck.count;
import static io.holdfast.protocol.peer.WireCheck.positive;

import io.holdfast.protocol.message.ReplicationMessage.Dispensable;
import io.holdfast.protocol.message.ReplicationMessage.LetGo;
import io.holdfast.protocol.message.ReplicationMessage.LogMismatch;
import io.holdfast.protocol.message.ReplicationMessage.LogRequest;
import io.holdfast.protocol.message.ReplicationMessage.LogSuffix;
import io.holdfast.protocol.peer.wire.PeerDispensable;
import io.holdfast.protocol.peer.wire.PeerLetGo;
import io.holdfast.protocol.peer.wire.PeerLogMismatch;
import io.holdfast.protocol.peer.wire.PeerLogRequest;
import io.holdfast.protocol.peer.wire.PeerLogSuffix;

/** What is said to and by witnesses, and about logs before an election has ended, on the wire. */
final class WitnessCodec {
  private WitnessCodec() {}

  static PeerDispensable wire(Dispensable message) {
    return PeerDispensable.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setUid(encode(message.uid()))
        .setOpening(message.opening())
        .setOffset(positive("offset", message.offset()))
        .setOffsetTerm(positive("offsetTerm", message.offsetTerm()))
        .setJump(message.jump())
        .setLearner(message.learner())
        .build();
  }

  static Dispensable message(PeerDispensable wire) {
    return new Dispensable(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        decode(wire.hasUid(), wire.getUid()),
        wire.getOpening(),
        positive("offset", wire.getOffset()),
        positive("offsetTerm", wire.getOffsetTerm()),
        wire.getJump(),
        wire.getLearner());
  }

  static PeerLetGo wire(LetGo message) {
    return PeerLetGo.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setUid(encode(message.speaker().uid()))
        .setOpening(message.speaker().opening())
        .setFlags(message.speaker().flags().bits())
        .setWitness(message.speaker().witness())
        .setUpTo(count("upTo", message.upTo()))
        .build();
  }

  static LetGo message(PeerLetGo wire) {
    return new LetGo(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        ReplicationCodec.speaker(
            wire.hasUid(), wire.getUid(), wire.getOpening(), wire.getFlags(), wire.getWitness()),
        count("upTo", wire.getUpTo()));
  }

  static PeerLogRequest wire(LogRequest message) {
    return PeerLogRequest.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setPrevOffset(count("prevOffset", message.prevOffset()))
        .setPrevTerm(count("prevTerm", message.prevTerm()))
        .build();
  }

  static LogRequest message(PeerLogRequest wire) {
    return new LogRequest(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        count("prevOffset", wire.getPrevOffset()),
        count("prevTerm", wire.getPrevTerm()));
  }

  static PeerLogSuffix wire(LogSuffix message) {
    return PeerLogSuffix.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setPrevOffset(count("prevOffset", message.prevOffset()))
        .setPrevTerm(count("prevTerm", message.prevTerm()))
        .addAllRecords(ReplicationCodec.records(message.prevOffset(), message.records()))
        .build();
  }

  static LogSuffix message(PeerLogSuffix wire) {
    return new LogSuffix(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        count("prevOffset", wire.getPrevOffset()),
        count("prevTerm", wire.getPrevTerm()),
        ReplicationCodec.decodeRecords(wire.getPrevOffset(), wire.getRecordsList()));
  }

  static PeerLogMismatch wire(LogMismatch message) {
    return PeerLogMismatch.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setPrevOffset(count("prevOffset", message.prevOffset()))
        .setConflictTerm(count("conflictTerm", message.conflictTerm()))
        .setConflictStart(count("conflictStart", message.conflictStart()))
        .setLastOffset(count("lastOffset", message.lastOffset()))
        .build();
  }

  static LogMismatch message(PeerLogMismatch wire) {
    return new LogMismatch(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        count("prevOffset", wire.getPrevOffset()),
        count("conflictTerm", wire.getConflictTerm()),
        count("conflictStart", wire.getConflictStart()),
        count("lastOffset", wire.getLastOffset()));
  }
}
