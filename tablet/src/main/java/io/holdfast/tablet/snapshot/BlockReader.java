package io.holdfast.tablet.snapshot;

import io.holdfast.common.io.DurableFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Reads a state file from the head to the end, a block at a time, and checks every byte. Memory: a
 * block. For one thread.
 */
final class BlockReader implements Closeable {
  private final FileChannel channel;
  private final CRC32C fileCrc = new CRC32C();
  private final long size;
  private final SnapshotHeader header;
  private ByteBuffer block = ByteBuffer.allocate(64 << 10);
  private int blocks;
  private long position;
  private byte type;

  /** Opens a file and reads its head. */
  BlockReader(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      size = channel.size();
      header = readHead();
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private SnapshotHeader readHead() throws IOException {
    ByteBuffer head = ByteBuffer.allocate(SnapshotFormat.MAX_HEAD_BYTES);
    DurableFiles.readFully(channel, head, 0);
    head.flip();
    SnapshotHeader found = SnapshotFormat.decodeHead(head);
    fileCrc.update(head.flip());
    position = head.limit();
    return found;
  }

  SnapshotHeader header() {
    return header;
  }

  /** Where the next block begins: everything before is intact. */
  long position() {
    return position;
  }

  /** Whether the block that {@link #next} read is the first. */
  boolean isFirst() {
    return blocks == 1;
  }

  /** Type of the block that {@link #next} read. */
  byte type() {
    return type;
  }

  /**
   * Reads the next block.
   *
   * @return its content, valid until the next call
   * @throws SnapshotException when there is no intact block with the next number
   */
  ByteBuffer next() throws IOException {
    int headerBytes = SnapshotFormat.BLOCK_HEADER_BYTES;
    read(headerBytes);
    int length = block.getInt(0);
    if (length < 1 || length > SnapshotFormat.MAX_BLOCK_BYTES) {
      throw damaged("length " + Integer.toUnsignedString(length) + " is impossible");
    }
    read(headerBytes + length);
    if (SnapshotFormat.crc(block.duplicate().position(SnapshotFormat.BLOCK_PREFIX_BYTES))
        != block.getInt(4)) {
      throw damaged("checksum does not match");
    }
    if (block.getInt(8) != blocks) {
      throw damaged("has number " + Integer.toUnsignedString(block.getInt(8)));
    }
    type = block.get(12);
    fileCrc.update(block.duplicate());
    position += headerBytes + length;
    blocks++;
    return block.position(headerBytes);
  }

  /** Reads bytes at the position into the buffer, from its start. */
  private void read(int bytes) throws IOException {
    if (position + bytes > size) {
      throw damaged("is cut by the end of the file at " + size);
    }
    if (block.capacity() < bytes) {
      block = ByteBuffer.allocate(bytes);
    }
    block.clear().limit(bytes);
    if (DurableFiles.readFully(channel, block, position) < bytes) {
      throw damaged("is cut: the file became shorter while it was read");
    }
    block.flip();
  }

  /** Checks that nothing but the file's checksum follows. */
  void finish() throws IOException {
    if (position + SnapshotFormat.TRAILER_BYTES != size) {
      throw new SnapshotException(
          "the snapshot's last block ends at byte " + position + ", but the file at " + size);
    }
    read(SnapshotFormat.TRAILER_BYTES);
    if (block.getInt(0) != (int) fileCrc.getValue()) {
      throw new SnapshotException("checksum of the whole snapshot does not match");
    }
    fileCrc.update(block.duplicate());
    position = size;
  }

  /** After {@link #finish}: the checksum over all bytes of the file. */
  int fileCrc() {
    return (int) fileCrc.getValue();
  }

  /** An exception that says where. */
  SnapshotException damaged(String what) {
    return new SnapshotException(
        "block " + blocks + " of the snapshot, at byte " + position + ", " + what);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
