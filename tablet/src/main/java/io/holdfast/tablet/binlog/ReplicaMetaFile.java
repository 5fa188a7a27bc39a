package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.ReplicaFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The file {@code meta} of a replica's directory, as {@code docs/formats/replica-meta.md} describes
 * it. Big-endian:
 *
 * <pre>
 *  0 magic          8 bytes "HFREPLIC"
 *  8 formatVersion  u32     2
 * 12 replicaUid     u128
 * 28 tid            u32
 * 32 pid            u32
 * 36 term           u64
 * 44 flags          u32     one bit for each, see {@link ReplicaFlags.Flag}
 * 48 clusterIdBytes u8, then the cluster id in UTF-8
 *    schemaBytes    u32, then the schema
 *    crc32c         u32     over everything before
 * </pre>
 *
 * <p>Single owner.
 */
public final class ReplicaMetaFile {
  private static final byte[] MAGIC = "HFREPLIC".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 2;

  /**
   * Among the flags, though nothing is wrong: a server that does not know it takes it for a flag it
   * does not know, and has the replica take part in nothing.
   */
  private static final int WITNESS_BIT = 256;

  private static final int FIXED_BYTES = 48 + 1 + 4 + 4;
  private static final int MAX_SCHEMA_BYTES = 4 << 20;

  private final Path file;

  public ReplicaMetaFile(Path file) {
    this.file = file;
  }

  /**
   * Makes this the content, on disk when the call returns. A crash leaves the old or the new one.
   *
   * @throws IllegalArgumentException when the cluster id or the schema is too long
   */
  public void store(ReplicaMeta meta) throws IOException {
    DurableFiles.replaceAtomically(file, encode(meta));
  }

  /**
   * Reads the content.
   *
   * @param clusterId the cluster this server belongs to
   * @throws ReplicaMetaException when the file is missing, damaged, of an unknown version or of
   *     another cluster
   */
  public ReplicaMeta load(String clusterId) throws IOException {
    // The process before may have ended between the rename and its sync; and a term that was read
    // is taken for durable.
    try {
      DurableFiles.syncDirectory(file.toAbsolutePath().getParent());
    } catch (NoSuchFileException e) {
      throw new ReplicaMetaException(file + " is missing");
    }
    ReplicaMeta meta = read();
    if (!meta.clusterId().equals(clusterId)) {
      throw new ReplicaMetaException(
          file + " belongs to cluster " + meta.clusterId() + ", this server to " + clusterId);
    }
    return meta;
  }

  /**
   * Reads the content of a file that nobody uses, whatever cluster it is of. Changes nothing.
   *
   * @throws ReplicaMetaException when the file is missing, damaged or of an unknown version
   */
  public ReplicaMeta read() throws IOException {
    try {
      if (Files.size(file) > FIXED_BYTES + 255 + MAX_SCHEMA_BYTES) {
        throw new ReplicaMetaException(file + " is too long to be a replica's meta file");
      }
      return decode(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new ReplicaMetaException(file + " is missing");
    }
  }

  static byte[] encode(ReplicaMeta meta) {
    byte[] cluster = meta.clusterId().getBytes(StandardCharsets.UTF_8);
    if (cluster.length > 255 || meta.schema().length > MAX_SCHEMA_BYTES) {
      throw new IllegalArgumentException("cluster id or schema is too long");
    }
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + cluster.length + meta.schema().length);
    out.put(MAGIC).putInt(VERSION);
    out.putLong(meta.replicaUid().getMostSignificantBits());
    out.putLong(meta.replicaUid().getLeastSignificantBits());
    out.putInt(meta.tid()).putInt(meta.pid()).putLong(meta.term());
    out.putInt(meta.flags().bits() | (meta.witness() ? WITNESS_BIT : 0));
    out.put((byte) cluster.length).put(cluster);
    out.putInt(meta.schema().length).put(meta.schema());
    out.putInt(checksum(out.array()));
    return out.array();
  }

  private ReplicaMeta decode(byte[] bytes) throws ReplicaMetaException {
    if (bytes.length < FIXED_BYTES || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))) {
      throw new ReplicaMetaException(file + " is not a replica's meta file");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getInt(bytes.length - 4) != checksum(bytes)) {
      throw new ReplicaMetaException(file + " is damaged: checksum does not match");
    }
    int version = in.getInt(MAGIC.length);
    if (version != VERSION) {
      throw new ReplicaMetaException(file + " has format version " + version + ", not " + VERSION);
    }
    UUID uid = new UUID(in.getLong(12), in.getLong(20));
    in.position(48);
    // The checksum holds, so these lengths are what was written; the check is for a writer's error.
    byte[] cluster = new byte[in.get() & 0xff];
    if (cluster.length > in.remaining() - 8) {
      throw new ReplicaMetaException(file + " is damaged: lengths do not add up");
    }
    in.get(cluster);
    int schemaBytes = in.getInt();
    if (schemaBytes != in.remaining() - 4) {
      throw new ReplicaMetaException(file + " is damaged: lengths do not add up");
    }
    byte[] schema = new byte[schemaBytes];
    in.get(schema);
    return new ReplicaMeta(
        new String(cluster, StandardCharsets.UTF_8),
        uid,
        in.getInt(28),
        in.getInt(32),
        in.getLong(36),
        new ReplicaFlags(in.getInt(44) & ~WITNESS_BIT),
        (in.getInt(44) & WITNESS_BIT) != 0,
        schema);
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    return (int) crc.getValue();
  }
}
