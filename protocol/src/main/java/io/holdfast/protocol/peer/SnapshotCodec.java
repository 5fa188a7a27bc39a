package io.holdfast.protocol.peer;

import static io.holdfast.protocol.peer.ModelCodec.decode;
import static io.holdfast.protocol.peer.ModelCodec.encode;
import static io.holdfast.protocol.peer.WireCheck.count;
import static io.holdfast.protocol.peer.WireCheck.positive;
import static io.holdfast.protocol.peer.WireCheck.present;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotChunk;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotOffer;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotProgress;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotProgress.Stage;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.peer.wire.PeerSnapshotChunk;
import io.holdfast.protocol.peer.wire.PeerSnapshotManifest;
import io.holdfast.protocol.peer.wire.PeerSnapshotOffer;
import io.holdfast.protocol.peer.wire.PeerSnapshotPart;
import io.holdfast.protocol.peer.wire.PeerSnapshotProgress;
import io.holdfast.protocol.peer.wire.PeerSnapshotStage;
import java.util.List;

/** How a snapshot gets from one replica to another, on the wire. */
final class SnapshotCodec {
  private SnapshotCodec() {}

  static PeerSnapshotOffer wire(SnapshotOffer message) {
    return PeerSnapshotOffer.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setSyncId(positive("syncId", message.syncId()))
        .setManifest(wire(message.manifest()))
        .setLearner(message.learner())
        .build();
  }

  static SnapshotOffer message(PeerSnapshotOffer wire) {
    present("manifest", wire.hasManifest());
    return new SnapshotOffer(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        positive("syncId", wire.getSyncId()),
        manifest(wire.getManifest()),
        wire.getLearner());
  }

  private static PeerSnapshotManifest wire(SnapshotManifest manifest) {
    checkLength(manifest);
    return PeerSnapshotManifest.newBuilder()
        .setTerm(positive("manifest term", manifest.term()))
        .setOffset(positive("manifest offset", manifest.offset()))
        .addAllParts(
            WireCheck.map(
                "parts", manifest.parts(), WireCheck.MAX_SNAPSHOT_PARTS, SnapshotCodec::wire))
        .build();
  }

  private static PeerSnapshotPart wire(SnapshotManifest.Part part) {
    return PeerSnapshotPart.newBuilder()
        .setName(WireCheck.fileName(part.name()))
        .setBytes(count("part bytes", part.bytes()))
        .setCrc32C(part.crc32c())
        .build();
  }

  private static SnapshotManifest manifest(PeerSnapshotManifest wire) {
    List<SnapshotManifest.Part> parts =
        WireCheck.map(
            "parts",
            wire.getPartsList(),
            WireCheck.MAX_SNAPSHOT_PARTS,
            part ->
                new SnapshotManifest.Part(
                    WireCheck.fileName(part.getName()),
                    count("part bytes", part.getBytes()),
                    part.getCrc32C()));
    SnapshotManifest manifest =
        new SnapshotManifest(
            positive("manifest term", wire.getTerm()),
            positive("manifest offset", wire.getOffset()),
            parts);
    checkLength(manifest);
    return manifest;
  }

  /** Positions count over all parts, so the lengths must add up to a number. */
  private static void checkLength(SnapshotManifest manifest) {
    long total = 0;
    for (SnapshotManifest.Part part : manifest.parts()) {
      total += count("part bytes", part.bytes());
      count("snapshot bytes", total);
    }
  }

  static PeerSnapshotChunk wire(SnapshotChunk message) {
    WireCheck.atMost("chunk", message.bytes().length, WireCheck.MAX_CHUNK_BYTES);
    positive("chunk bytes", message.bytes().length);
    return PeerSnapshotChunk.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setSyncId(positive("syncId", message.syncId()))
        .setPosition(count("position", message.position()))
        .setBytes(Payloads.wrap(message.bytes()))
        .setLearner(message.learner())
        .build();
  }

  static SnapshotChunk message(PeerSnapshotChunk wire) {
    ByteString bytes = wire.getBytes();
    WireCheck.atMost("chunk", bytes.size(), WireCheck.MAX_CHUNK_BYTES);
    positive("chunk bytes", bytes.size());
    return new SnapshotChunk(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        positive("syncId", wire.getSyncId()),
        count("position", wire.getPosition()),
        Payloads.unwrap(bytes),
        wire.getLearner());
  }

  static PeerSnapshotProgress wire(SnapshotProgress message) {
    return PeerSnapshotProgress.newBuilder()
        .setPartition(encode(message.partition()))
        .setTerm(positive("term", message.term()))
        .setUid(encode(message.speaker().uid()))
        .setOpening(message.speaker().opening())
        .setFlags(message.speaker().flags().bits())
        .setWitness(message.speaker().witness())
        .setSyncId(positive("syncId", message.syncId()))
        .setPosition(count("position", message.position()))
        .setStage(wire(message.stage()))
        .build();
  }

  static SnapshotProgress message(PeerSnapshotProgress wire) {
    return new SnapshotProgress(
        decode(wire.hasPartition(), wire.getPartition()),
        positive("term", wire.getTerm()),
        ReplicationCodec.speaker(
            wire.hasUid(), wire.getUid(), wire.getOpening(), wire.getFlags(), wire.getWitness()),
        positive("syncId", wire.getSyncId()),
        count("position", wire.getPosition()),
        stage(wire.getStage()));
  }

  private static PeerSnapshotStage wire(Stage stage) {
    return switch (stage) {
      case RECEIVING -> PeerSnapshotStage.SNAPSHOT_STAGE_RECEIVING;
      case INSTALLING -> PeerSnapshotStage.SNAPSHOT_STAGE_INSTALLING;
      case DONE -> PeerSnapshotStage.SNAPSHOT_STAGE_DONE;
      case UNWANTED -> PeerSnapshotStage.SNAPSHOT_STAGE_UNWANTED;
      case FAILED -> PeerSnapshotStage.SNAPSHOT_STAGE_FAILED;
    };
  }

  private static Stage stage(PeerSnapshotStage wire) {
    return switch (wire) {
      case SNAPSHOT_STAGE_RECEIVING -> Stage.RECEIVING;
      case SNAPSHOT_STAGE_INSTALLING -> Stage.INSTALLING;
      case SNAPSHOT_STAGE_DONE -> Stage.DONE;
      case SNAPSHOT_STAGE_UNWANTED -> Stage.UNWANTED;
      case SNAPSHOT_STAGE_FAILED -> Stage.FAILED;
      case SNAPSHOT_STAGE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("no such stage of a snapshot: " + wire);
    };
  }
}
