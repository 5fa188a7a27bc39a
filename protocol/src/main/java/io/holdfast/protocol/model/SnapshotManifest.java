package io.holdfast.protocol.model;

import java.util.List;

/**
 * What a snapshot is: the state of a partition after the record at {@code offset}, as files that
 * follow each other. Two snapshots with equal manifests have equal bytes, so a transfer that was
 * broken off may go on from another replica's snapshot only if the manifests are equal.
 *
 * @param term term of the last record that the snapshot includes
 * @param offset offset of that record
 * @param parts the files, in the order in which their bytes are counted
 */
public record SnapshotManifest(long term, long offset, List<Part> parts) {
  /**
   * One file.
   *
   * @param name of the file, without a directory
   * @param bytes its length
   * @param crc32c over all its bytes
   */
  public record Part(String name, long bytes, int crc32c) {}

  public SnapshotManifest {
    parts = List.copyOf(parts);
  }

  /** Length of all parts together: positions in a snapshot run from 0 to here. */
  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }
}
