package io.holdfast.tablet.partition;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.tablet.snapshot.SnapshotFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Reads pieces of a snapshot for another replica, one part after the other. The part's file stays
 * open in between, so a snapshot of one part that is being sent can be read to its end although
 * newer ones have taken its place. In the background only.
 */
final class SnapshotSending {
  private final SnapshotFolder folder;
  private SnapshotManifest manifest;
  private FileChannel channel;
  private int part;

  SnapshotSending(SnapshotFolder folder) {
    this.folder = folder;
  }

  /** Bytes from a position on, of one part; none at the end. */
  byte[] read(SnapshotManifest wanted, long position, int maxBytes) throws IOException {
    if (position < 0 || position > wanted.bytes() || maxBytes < 1) {
      throw new IOException(
          "position " + position + " in a snapshot of " + wanted.bytes() + " bytes");
    }
    int number = 0;
    long start = 0;
    while (number < wanted.parts().size() - 1
        && position >= start + wanted.parts().get(number).bytes()) {
      start += wanted.parts().get(number).bytes();
      number++;
    }
    if (channel == null || !channel.isOpen() || number != part || !wanted.equals(manifest)) {
      close();
      channel = folder.openForReading(wanted, number);
      manifest = wanted;
      part = number;
    }
    long left = start + wanted.parts().get(number).bytes() - position;
    int length = (int) Math.min(maxBytes, left);
    ByteBuffer bytes = ByteBuffer.allocate(length);
    if (DurableFiles.readFully(channel, bytes, position - start) < length) {
      throw new IOException("the snapshot of offset " + wanted.offset() + " is cut");
    }
    return bytes.array();
  }

  /** Lets go of the file. */
  void close() throws IOException {
    manifest = null;
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }
}
