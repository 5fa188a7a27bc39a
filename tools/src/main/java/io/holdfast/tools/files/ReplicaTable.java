package io.holdfast.tools.files;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.protocol.meta.MetaCodec;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.binlog.LogFiles;
import io.holdfast.tablet.binlog.ReplicaMeta;
import io.holdfast.tablet.binlog.ReplicaMetaFile;
import io.holdfast.tablet.snapshot.SnapshotHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a replica's files must be of, by its meta file.
 *
 * @param partition what a snapshot's head must say
 * @param schema of its rows
 */
record ReplicaTable(SnapshotHeader partition, TableSchema schema) {
  /** A snapshot's directory is two below the replica's, and its files are three. */
  private static final int LEVELS = 3;

  /**
   * Reads the definition of the table in it.
   *
   * @throws IOException when there is none that can be read
   */
  static ReplicaTable of(ReplicaMeta meta) throws IOException {
    try {
      byte[] definition = MetaCodec.decodeTable(meta.schema()).definition();
      TableSchema schema = TableSchema.of(TableInfo.parseFrom(definition));
      SnapshotHeader partition =
          new SnapshotHeader(
              meta.clusterId(),
              meta.tid(),
              meta.pid(),
              SnapshotHeader.fingerprint(schema),
              0,
              0,
              0);
      return new ReplicaTable(partition, schema);
    } catch (InvalidProtocolBufferException | SchemaException | IllegalArgumentException e) {
      throw new IOException("its table cannot be read: " + e.getMessage(), e);
    }
  }

  static LogFiles.Owner ownerOf(ReplicaMeta meta) {
    return new LogFiles.Owner(meta.replicaUid(), meta.tid(), meta.pid());
  }

  /** The meta file of the replica that a path is in; empty when there is no intact one. */
  static Optional<ReplicaMeta> metaAbove(Path path) {
    Path above = path.toAbsolutePath().normalize();
    for (int i = 0; i <= LEVELS && above != null; i++, above = above.getParent()) {
      Path file = above.resolve("meta");
      if (Files.isRegularFile(file)) {
        try {
          return Optional.of(new ReplicaMetaFile(file).read());
        } catch (IOException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
