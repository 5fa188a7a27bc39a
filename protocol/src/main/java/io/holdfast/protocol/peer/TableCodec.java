package io.holdfast.protocol.peer;

import static io.holdfast.protocol.peer.WireCheck.count;
import static io.holdfast.protocol.peer.WireCheck.positive;
import static io.holdfast.protocol.peer.WireCheck.present;
import static io.holdfast.protocol.peer.WireCheck.text;

import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.peer.wire.PeerAckMode;
import io.holdfast.protocol.peer.wire.PeerDurability;
import io.holdfast.protocol.peer.wire.PeerReadMode;
import io.holdfast.protocol.peer.wire.PeerTable;
import io.holdfast.protocol.peer.wire.PeerTableOptions;

/** Tables and their options on the wire. */
final class TableCodec {
  private TableCodec() {}

  static PeerTable encode(TableSpec table) {
    if (!table.alterations().isNone()) {
      throw new IllegalArgumentException("a table goes to its tablets as it was defined");
    }
    byte[] definition = table.definition();
    WireCheck.atMost("definition", definition.length, WireCheck.MAX_DEFINITION_BYTES);
    return PeerTable.newBuilder()
        .setTid(count("tid", table.tid()))
        .setDb(text("db", table.db(), WireCheck.MAX_NAME_CHARS))
        .setName(text("table name", table.name(), WireCheck.MAX_NAME_CHARS))
        .setPartitions(table.partitions())
        .setOptions(encode(table.options()))
        .setDefinition(Payloads.wrap(definition))
        .build();
  }

  static TableSpec decode(boolean isPresent, PeerTable wire) {
    present("table", isPresent);
    WireCheck.atMost("definition", wire.getDefinition().size(), WireCheck.MAX_DEFINITION_BYTES);
    return new TableSpec(
        count("tid", wire.getTid()),
        text("db", wire.getDb(), WireCheck.MAX_NAME_CHARS),
        text("table name", wire.getName(), WireCheck.MAX_NAME_CHARS),
        positive("partitions", wire.getPartitions()),
        decode(wire.hasOptions(), wire.getOptions()),
        Payloads.unwrap(wire.getDefinition()));
  }

  static PeerTableOptions encode(TableOptions options) {
    return PeerTableOptions.newBuilder()
        .setReplicas(options.replicas())
        .setAcks(encode(options.acks()))
        .setMinInsync(options.minInsync())
        .setReads(encode(options.reads()))
        .setDurability(encode(options.durability()))
        .setWitnesses(options.witnesses())
        .build();
  }

  static TableOptions decode(boolean isPresent, PeerTableOptions wire) {
    present("options", isPresent);
    return new TableOptions(
        wire.getReplicas(),
        decode(wire.getAcks()),
        wire.getMinInsync(),
        decode(wire.getReads()),
        decode(wire.getDurability()),
        wire.getWitnesses());
  }

  private static PeerDurability encode(Durability durability) {
    return switch (durability) {
      case FSYNC -> PeerDurability.DURABILITY_FSYNC;
      case OS -> PeerDurability.DURABILITY_OS;
    };
  }

  private static Durability decode(PeerDurability wire) {
    return switch (wire) {
      case DURABILITY_FSYNC, DURABILITY_UNSPECIFIED -> Durability.FSYNC;
      case DURABILITY_OS -> Durability.OS;
      case UNRECOGNIZED -> throw new IllegalArgumentException("no such durability: " + wire);
    };
  }

  private static PeerAckMode encode(AckMode acks) {
    return switch (acks) {
      case ALL -> PeerAckMode.ACK_MODE_ALL;
      case MAJORITY -> PeerAckMode.ACK_MODE_MAJORITY;
      case LEADER -> PeerAckMode.ACK_MODE_LEADER;
    };
  }

  private static AckMode decode(PeerAckMode wire) {
    return switch (wire) {
      case ACK_MODE_ALL -> AckMode.ALL;
      case ACK_MODE_MAJORITY -> AckMode.MAJORITY;
      case ACK_MODE_LEADER -> AckMode.LEADER;
      case ACK_MODE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("no such ack mode: " + wire);
    };
  }

  private static PeerReadMode encode(ReadMode reads) {
    return switch (reads) {
      case LEADER -> PeerReadMode.READ_MODE_LEADER;
      case QUORUM -> PeerReadMode.READ_MODE_QUORUM;
      case SESSION -> PeerReadMode.READ_MODE_SESSION;
      case STALE -> PeerReadMode.READ_MODE_STALE;
    };
  }

  private static ReadMode decode(PeerReadMode wire) {
    return switch (wire) {
      case READ_MODE_LEADER -> ReadMode.LEADER;
      case READ_MODE_QUORUM -> ReadMode.QUORUM;
      case READ_MODE_SESSION -> ReadMode.SESSION;
      case READ_MODE_STALE -> ReadMode.STALE;
      case READ_MODE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("no such read mode: " + wire);
    };
  }
}
