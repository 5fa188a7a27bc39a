package io.holdfast.tablet.storage;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.protocol.log.AlterOp;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.row.AlterationsCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a disk engine writes before it has its state brought to the disk: of which record it is the
 * state, and what does not stand in rows and keys. docs/formats/disk-engine.md describes the bytes.
 *
 * @param identity of the copy
 * @param term of the last record that the state includes
 * @param offset of that record
 * @param logTimeMillis the log's time
 * @param step number of the last write before this one
 * @param rows how many there are
 * @param rowBytes of their values
 * @param alterations of the table
 * @param indexes by position: those that were not deleted
 * @param sessions as replication gave them
 */
record DiskCheckpoint(
    DiskIdentity identity,
    long term,
    long offset,
    long logTimeMillis,
    long step,
    long rows,
    long rowBytes,
    Alterations alterations,
    Map<Integer, Index> indexes,
    byte[] sessions) {
  private static final int VERSION = 1;

  /**
   * What there is to know of an index besides its definition.
   *
   * @param era number of the ages in force
   * @param past ages before, the oldest first, that there may be keys to be judged by
   */
  record Index(
      int era, List<TtlEras.Past> past, long entries, long keys, long keyBytes, int roundsDue) {}

  /** The same state as a state of another copy. */
  DiskCheckpoint of(DiskIdentity copy) {
    return new DiskCheckpoint(
        copy, term, offset, logTimeMillis, step, rows, rowBytes, alterations, indexes, sessions);
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeUTF(identity.clusterId());
      out.writeLong(identity.replicaUid().getMostSignificantBits());
      out.writeLong(identity.replicaUid().getLeastSignificantBits());
      out.writeInt(identity.tid());
      out.writeInt(identity.pid());
      out.writeLong(identity.schema());
      out.writeLong(term);
      out.writeLong(offset);
      out.writeLong(logTimeMillis);
      out.writeLong(step);
      out.writeLong(rows);
      out.writeLong(rowBytes);
      write(
          out,
          alterations.isNone() ? new byte[0] : AlterationsCodec.encode(alterations).toByteArray());
      out.writeShort(indexes.size());
      for (Map.Entry<Integer, Index> index : indexes.entrySet()) {
        write(out, index.getKey(), index.getValue());
      }
      write(out, sessions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void write(DataOutputStream out, int position, Index index) throws IOException {
    out.writeShort(position);
    out.writeInt(index.era());
    out.writeShort(index.past().size());
    for (TtlEras.Past past : index.past()) {
      out.writeByte(code(past.ttl().kind()));
      out.writeLong(past.ttl().maxAgeMillis());
      out.writeLong(past.ttl().maxVersions());
      out.writeLong(past.endMillis());
    }
    out.writeLong(index.entries());
    out.writeLong(index.keys());
    out.writeLong(index.keyBytes());
    out.writeInt(index.roundsDue());
  }

  /**
   * The opposite of {@link #encode}.
   *
   * @throws IllegalArgumentException when it is not what that makes
   */
  static DiskCheckpoint decode(byte[] encoded) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded))) {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("format version " + version + ", known is " + VERSION);
      }
      DiskIdentity identity =
          new DiskIdentity(
              in.readUTF(),
              new UUID(in.readLong(), in.readLong()),
              in.readInt(),
              in.readInt(),
              in.readLong());
      long term = in.readLong();
      long offset = in.readLong();
      long logTimeMillis = in.readLong();
      long step = in.readLong();
      long rows = in.readLong();
      long rowBytes = in.readLong();
      Alterations alterations = alterations(read(in));
      Map<Integer, Index> indexes = new TreeMap<>();
      for (int left = in.readUnsignedShort(); left > 0; left--) {
        indexes.put(in.readUnsignedShort(), index(in));
      }
      return new DiskCheckpoint(
          identity,
          term,
          offset,
          logTimeMillis,
          step,
          rows,
          rowBytes,
          alterations,
          indexes,
          read(in));
    } catch (IOException e) {
      throw new IllegalArgumentException("a checkpoint that ends too early", e);
    }
  }

  private static Alterations alterations(byte[] encoded) throws InvalidProtocolBufferException {
    return encoded.length == 0
        ? Alterations.NONE
        : AlterationsCodec.decode(AlterOp.parseFrom(encoded));
  }

  private static byte[] read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IllegalArgumentException("a length of " + length);
    }
    return in.readNBytes(length);
  }

  private static Index index(DataInputStream in) throws IOException {
    int era = in.readInt();
    List<TtlEras.Past> past = new ArrayList<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      TtlPolicy ttl = new TtlPolicy(kind(in.readByte()), in.readLong(), in.readLong());
      past.add(new TtlEras.Past(ttl, in.readLong()));
    }
    return new Index(
        era, List.copyOf(past), in.readLong(), in.readLong(), in.readLong(), in.readInt());
  }

  private static int code(TtlPolicy.Kind kind) {
    return switch (kind) {
      case ABSOLUTE -> 1;
      case LATEST -> 2;
      case ABSOLUTE_AND_LATEST -> 3;
      case ABSOLUTE_OR_LATEST -> 4;
    };
  }

  private static TtlPolicy.Kind kind(byte code) {
    return switch (code) {
      case 1 -> TtlPolicy.Kind.ABSOLUTE;
      case 2 -> TtlPolicy.Kind.LATEST;
      case 3 -> TtlPolicy.Kind.ABSOLUTE_AND_LATEST;
      case 4 -> TtlPolicy.Kind.ABSOLUTE_OR_LATEST;
      default -> throw new IllegalArgumentException("a kind of ages with code " + code);
    };
  }
}
