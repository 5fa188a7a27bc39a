package io.holdfast.tablet.partition;

import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.snapshot.SnapshotFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How much has to be read before a replica can be used. */
final class OpeningBytes {
  private OpeningBytes() {}

  /**
   * About how much is read to open a replica: its log, and its newest snapshot unless its rows are
   * on the disk anyway.
   */
  static long of(DataDirectory directory, ReplicaKey key, boolean onDisk) throws IOException {
    long bytes = sizeOf(directory.binlogPath(key));
    Path snapshots = directory.snapshotsPath(key);
    if (!onDisk && Files.isDirectory(snapshots)) {
      List<Long> offsets = new SnapshotFolder(snapshots).offsets();
      if (!offsets.isEmpty()) {
        bytes += sizeOf(new SnapshotFolder(snapshots).directory(offsets.get(0)));
      }
    }
    return bytes;
  }

  private static long sizeOf(Path files) throws IOException {
    if (!Files.isDirectory(files)) {
      return 0;
    }
    long bytes = 0;
    try (Stream<Path> all = Files.list(files)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }
}
