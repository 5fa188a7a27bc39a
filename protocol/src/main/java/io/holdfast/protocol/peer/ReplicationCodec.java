package io.holdfast.protocol.peer;

import static io.holdfast.protocol.peer.ModelCodec.decode;
import static io.holdfast.protocol.peer.ModelCodec.encode;
import static io.holdfast.protocol.peer.WireCheck.count;
import static io.holdfast.protocol.peer.WireCheck.positive;

import io.holdfast.protocol.message.ReplicationMessage;
import io.holdfast.protocol.message.ReplicationMessage.Append;
import io.holdfast.protocol.message.ReplicationMessage.AppendAck;
import io.holdfast.protocol.message.ReplicationMessage.AppendNack;
import io.holdfast.protocol.message.ReplicationMessage.Dispensable;
import io.holdfast.protocol.message.ReplicationMessage.Heartbeat;
import io.holdfast.protocol.message.ReplicationMessage.HeartbeatAck;
import io.holdfast.protocol.message.ReplicationMessage.LetGo;
import io.holdfast.protocol.message.ReplicationMessage.LogMismatch;
import io.holdfast.protocol.message.ReplicationMessage.LogRequest;
import io.holdfast.protocol.message.ReplicationMessage.LogSuffix;
import io.holdfast.protocol.message.ReplicationMessage.Ping;
import io.holdfast.protocol.message.ReplicationMessage.Recall;
import io.holdfast.protocol.message.ReplicationMessage.Relabel;
import io.holdfast.protocol.message.ReplicationMessage.Resync;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotChunk;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotOffer;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotProgress;
import io.holdfast.protocol.message.ReplicationMessage.StaleTerm;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.Speaker;
import io.holdfast.protocol.peer.wire.PeerAppend;
import io.holdfast.protocol.peer.wire.PeerAppendAck;
import io.holdfast.protocol.peer.wire.PeerAppendNack;
import io.holdfast.protocol.peer.wire.PeerHeartbeat;
import io.holdfast.protocol.peer.wire.PeerHeartbeatAck;
import io.holdfast.protocol.peer.wire.PeerMessage;
import io.holdfast.protocol.peer.wire.PeerPing;
import io.holdfast.protocol.peer.wire.PeerRecall;
import io.holdfast.protocol.peer.wire.PeerRecord;
import io.holdfast.protocol.peer.wire.PeerRelabel;
import io.holdfast.protocol.peer.wire.PeerResync;
import io.holdfast.protocol.peer.wire.PeerStaleTerm;
import io.holdfast.protocol.peer.wire.PeerUid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What replicas say to each other, on the wire. */
final class ReplicationCodec {
  private ReplicationCodec() {}

  /** Sets the body that this message has. */
  static void encodeInto(PeerMessage.Builder out, ReplicationMessage message) {
    if (message instanceof Append append) {
      out.setAppend(wire(append));
    } else if (message instanceof AppendAck ack) {
      out.setAppendAck(wire(ack));
    } else if (message instanceof AppendNack nack) {
      out.setAppendNack(wire(nack));
    } else if (message instanceof StaleTerm stale) {
      out.setStaleTerm(wire(stale));
    } else if (message instanceof Heartbeat heartbeat) {
      out.setHeartbeat(wire(heartbeat));
    } else if (message instanceof HeartbeatAck ack) {
      out.setHeartbeatAck(wire(ack));
    } else if (message instanceof Ping ping) {
      out.setPing(wire(ping));
    } else if (message instanceof Resync resync) {
      out.setResync(wire(resync));
    } else if (message instanceof Recall recall) {
      out.setRecall(wire(recall));
    } else if (message instanceof Relabel relabel) {
      out.setRelabel(wire(relabel));
    } else if (message instanceof SnapshotOffer offer) {
      out.setSnapshotOffer(SnapshotCodec.wire(offer));
    } else if (message instanceof SnapshotChunk chunk) {
      out.setSnapshotChunk(SnapshotCodec.wire(chunk));
    } else if (message instanceof SnapshotProgress progress) {
      out.setSnapshotProgress(SnapshotCodec.wire(progress));
    } else if (message instanceof Dispensable dispensable) {
      out.setDispensable(WitnessCodec.wire(dispensable));
    } else if (message instanceof LetGo letGo) {
      out.setLetGo(WitnessCodec.wire(letGo));
    } else if (message instanceof LogRequest request) {
      out.setLogRequest(WitnessCodec.wire(request));
    } else if (message instanceof LogSuffix suffix) {
      out.setLogSuffix(WitnessCodec.wire(suffix));
    } else if (message instanceof LogMismatch mismatch) {
      out.setLogMismatch(WitnessCodec.wire(mismatch));
    } else {
      throw MessageCodec.forgotten(message);
    }
  }

  private static PeerAppend wire(Append message) {
    PeerAppend.Builder out =
        PeerAppend.newBuilder()
            .setPartition(encode(message.partition()))
            .setTerm(positive("term", message.term()))
            .setPrevOffset(count("prevOffset", message.prevOffset()))
            .setPrevTerm(count("prevTerm", message.prevTerm()))
            .setCommit(count("commit", message.commit()))
            .setLearner(message.learner());
    records(message.prevOffset(), message.records()).forEach(out::addRecords);
    return out.build();
  }

  /** Records that follow an offset. */
  static List<PeerRecord> records(long prevOffset, List<LogRecord> records) {
    WireCheck.atMost("records", records.size(), WireCheck.MAX_RECORDS);
    List<PeerRecord> result = new ArrayList<>(records.size());
    long offset = prevOffset;
    for (LogRecord record : records) {
      result.add(encode(record, ++offset));
    }
    return result;
  }

  static List<LogRecord> decodeRecords(long prevOffset, List<PeerRecord> wire) {
    WireCheck.atMost("records", wire.size(), WireCheck.MAX_RECORDS);
    List<LogRecord> records = new ArrayList<>(wire.size());
    long offset = prevOffset;
    for (PeerRecord record : wire) {
      records.add(decode(record, ++offset));
    }
    return Collections.unmodifiableList(records);
  }

  static Append message(PeerAppend wire) {
    return new Append(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        count("prevOffset", wire.getPrevOffset()),
        count("prevTerm", wire.getPrevTerm()),
        decodeRecords(wire.getPrevOffset(), wire.getRecordsList()),
        count("commit", wire.getCommit()),
        wire.getLearner());
  }

  private static PeerAppendAck wire(AppendAck message) {
    return PeerAppendAck.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setUid(encode(message.speaker().uid()))
        .setOpening(message.speaker().opening())
        .setFlags(message.speaker().flags().bits())
        .setWitness(message.speaker().witness())
        .setMatch(count("match", message.match()))
        .build();
  }

  static AppendAck message(PeerAppendAck wire) {
    return new AppendAck(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        speaker(
            wire.hasUid(), wire.getUid(), wire.getOpening(), wire.getFlags(), wire.getWitness()),
        count("match", wire.getMatch()));
  }

  private static PeerAppendNack wire(AppendNack message) {
    return PeerAppendNack.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setUid(encode(message.speaker().uid()))
        .setOpening(message.speaker().opening())
        .setFlags(message.speaker().flags().bits())
        .setWitness(message.speaker().witness())
        .setConflictTerm(count("conflictTerm", message.conflictTerm()))
        .setConflictStart(count("conflictStart", message.conflictStart()))
        .setLastOffset(count("lastOffset", message.lastOffset()))
        .setBaseOffset(count("baseOffset", message.baseOffset()))
        .build();
  }

  static AppendNack message(PeerAppendNack wire) {
    return new AppendNack(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        speaker(
            wire.hasUid(), wire.getUid(), wire.getOpening(), wire.getFlags(), wire.getWitness()),
        count("conflictTerm", wire.getConflictTerm()),
        count("conflictStart", wire.getConflictStart()),
        count("lastOffset", wire.getLastOffset()),
        count("baseOffset", wire.getBaseOffset()));
  }

  private static PeerStaleTerm wire(StaleTerm message) {
    return PeerStaleTerm.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .build();
  }

  static StaleTerm message(PeerStaleTerm wire) {
    return new StaleTerm(
        decode(wire.hasPartition(), wire.getPartition()), positive("term", wire.getTerm()));
  }

  private static PeerHeartbeat wire(Heartbeat message) {
    return PeerHeartbeat.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setSentNanos(message.sentNanos())
        .setCommit(count("commit", message.commit()))
        .setLearner(message.learner())
        .setCurrent(message.current())
        .build();
  }

  static Heartbeat message(PeerHeartbeat wire) {
    return new Heartbeat(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        wire.getSentNanos(),
        count("commit", wire.getCommit()),
        wire.getLearner(),
        wire.getCurrent());
  }

  private static PeerHeartbeatAck wire(HeartbeatAck message) {
    return PeerHeartbeatAck.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setUid(encode(message.speaker().uid()))
        .setOpening(message.speaker().opening())
        .setFlags(message.speaker().flags().bits())
        .setWitness(message.speaker().witness())
        .setSentNanos(message.sentNanos())
        .setDisk(HealthCodec.wire(message.disk()))
        .build();
  }

  static HeartbeatAck message(PeerHeartbeatAck wire) {
    return new HeartbeatAck(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        speaker(
            wire.hasUid(), wire.getUid(), wire.getOpening(), wire.getFlags(), wire.getWitness()),
        wire.getSentNanos(),
        HealthCodec.level(wire.getDisk()));
  }

  private static PeerPing wire(Ping message) {
    return PeerPing.newBuilder()
        .setPartition(encode(message.partition()))
        .setAnswer(message.answer())
        .build();
  }

  static Ping message(PeerPing wire) {
    return new Ping(decode(wire.hasPartition(), wire.getPartition()), wire.getAnswer());
  }

  static Speaker speaker(boolean hasUid, PeerUid uid, long opening, int flags, boolean witness) {
    return new Speaker(decode(hasUid, uid), opening, new ReplicaFlags(flags), witness);
  }

  private static PeerResync wire(Resync message) {
    return PeerResync.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setUid(encode(message.uid()))
        .setOpening(message.opening())
        .setUpTo(count("upTo", message.upTo()))
        .build();
  }

  static Resync message(PeerResync wire) {
    return new Resync(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        decode(wire.hasUid(), wire.getUid()),
        wire.getOpening(),
        count("upTo", wire.getUpTo()));
  }

  private static PeerRecall wire(Recall message) {
    return PeerRecall.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setUid(encode(message.uid()))
        .setOpening(message.opening())
        .setMatch(count("match", message.match()))
        .build();
  }

  static Recall message(PeerRecall wire) {
    return new Recall(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        decode(wire.hasUid(), wire.getUid()),
        wire.getOpening(),
        count("match", wire.getMatch()));
  }

  private static PeerRelabel wire(Relabel message) {
    return PeerRelabel.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setUid(encode(message.uid()))
        .build();
  }

  static Relabel message(PeerRelabel wire) {
    return new Relabel(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        decode(wire.hasUid(), wire.getUid()));
  }
}
