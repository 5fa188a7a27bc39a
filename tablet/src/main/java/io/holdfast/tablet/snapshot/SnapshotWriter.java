package io.holdfast.tablet.snapshot;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.row.AlterationsCodec;
import io.holdfast.tablet.storage.SavedKey;
import io.holdfast.tablet.storage.SavedRows;
import io.holdfast.tablet.storage.StateHash;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes a snapshot's state file, a block at a time, and syncs it every few megabytes, so that the
 * disk never owes so much at once that the sync of a log would have to wait for it. Memory: a
 * block, and 8 bytes for each row.
 *
 * <p>For one thread at a time. After an exception it can only be closed.
 */
public final class SnapshotWriter implements Closeable {
  /** A block is closed when it has so many bytes. Larger ones hold a single large row. */
  private static final int BLOCK_BYTES = 256 << 10;

  private static final int SYNC_BYTES = 4 << 20;
  private static final int SESSIONS_BLOCK_BYTES = 1 << 20;

  private static final int GROUP_BYTES = 10;
  private static final int VERSION_BYTES = 12;
  private static final int ROW_BYTES = 12;

  private final SnapshotHeader header;
  private final FileChannel channel;
  private final CRC32C fileCrc = new CRC32C();
  private final SavedRows rows = new SavedRows();
  private final StateHash stateHash;
  private ByteBuffer block = ByteBuffer.allocate(SnapshotFormat.BLOCK_HEADER_BYTES + BLOCK_BYTES);
  private int blocks;
  private long unsynced;
  private long position;
  private long keys;
  private long versions;
  private long rowBytes;

  /** Where the count of the group that is being written stands; -1 when none is. */
  private int countAt = -1;

  private int count;

  /** Carries an exception out of the visit of a key. */
  private IOException failure;

  /**
   * Begins a file, which must not exist.
   *
   * @param sessions what the state has besides rows; opaque here
   * @param alterations of the table, by which the rows were kept
   */
  public SnapshotWriter(Path file, SnapshotHeader header, byte[] sessions, Alterations alterations)
      throws IOException {
    if (sessions.length > SnapshotFormat.MAX_SESSIONS_BYTES) {
      throw new SnapshotException(
          "sessions of "
              + sessions.length
              + " bytes do not fit a snapshot: at most "
              + SnapshotFormat.MAX_SESSIONS_BYTES);
    }
    this.header = header;
    this.stateHash = new StateHash(header.logTimeMillis());
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      write(SnapshotFormat.encodeHead(header));
      block.position(SnapshotFormat.BLOCK_HEADER_BYTES);
      if (!alterations.isNone()) {
        byte[] encoded = AlterationsCodec.encode(alterations).toByteArray();
        stateHash.addAlterations(encoded);
        block.put(encoded);
        endBlock(SnapshotFormat.ALTERATIONS);
      }
      for (int from = 0; from < sessions.length; from += SESSIONS_BLOCK_BYTES) {
        int n = Math.min(SESSIONS_BLOCK_BYTES, sessions.length - from);
        reserve(n);
        block.put(sessions, from, n);
        endBlock(SnapshotFormat.SESSIONS);
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Bytes written so far. */
  public long position() {
    return position;
  }

  /** Writes a key with its versions, and those of its rows that have not been written yet. */
  public void add(SavedKey key) throws IOException {
    key.forEach(
        rows,
        (ts, rowNumber, isNew, rowOffset, value) -> {
          if (failure == null) {
            try {
              add(key, ts, rowNumber, isNew, rowOffset, value);
            } catch (IOException e) {
              failure = e;
            }
          }
        });
    if (failure != null) {
      throw failure;
    }
    endGroup();
    keys++;
    stateHash.add(key);
  }

  private void add(
      SavedKey key, long ts, int rowNumber, boolean isNew, long rowOffset, byte[] value)
      throws IOException {
    int bytes = VERSION_BYTES + (isNew ? ROW_BYTES + value.length : 0);
    int withGroup = bytes + (countAt < 0 ? GROUP_BYTES + key.key().length : 0);
    boolean isEmpty = block.position() == SnapshotFormat.BLOCK_HEADER_BYTES;
    if (!isEmpty && contentBytes() + withGroup > BLOCK_BYTES) {
      endGroup();
      endBlock(SnapshotFormat.KEYS);
    }
    if (countAt < 0) {
      reserve(bytes + GROUP_BYTES + key.key().length);
      beginGroup(key);
    }
    block.putLong(ts).putInt(rowNumber);
    if (isNew) {
      block.putLong(rowOffset).putInt(value.length).put(value);
      rowBytes += value.length;
    }
    count++;
    versions++;
  }

  private int contentBytes() {
    return block.position() - SnapshotFormat.BLOCK_HEADER_BYTES;
  }

  private void reserve(int bytes) {
    if (block.remaining() < bytes) {
      ByteBuffer larger = ByteBuffer.allocate(block.position() + bytes);
      larger.put(block.flip());
      block = larger;
    }
  }

  private void beginGroup(SavedKey key) {
    block.putShort((short) key.index().position());
    block.putInt(key.key().length).put(key.key());
    countAt = block.position();
    count = 0;
    block.putInt(0);
  }

  private void endGroup() {
    if (countAt >= 0) {
      block.putInt(countAt, count);
      countAt = -1;
    }
  }

  private void endBlock(byte type) throws IOException {
    block.putInt(0, contentBytes()).putInt(8, blocks).put(12, type);
    block.flip();
    block.putInt(4, SnapshotFormat.crc(block.duplicate().position(8)));
    write(block);
    blocks++;
    block.clear().position(SnapshotFormat.BLOCK_HEADER_BYTES);
  }

  private void write(ByteBuffer bytes) throws IOException {
    int n = bytes.remaining();
    fileCrc.update(bytes.duplicate());
    DurableFiles.writeFully(channel, bytes, position);
    position += n;
    unsynced += n;
    if (unsynced >= SYNC_BYTES) {
      channel.force(false);
      unsynced = 0;
    }
  }

  /** Writes the end and syncs the file; its name is not durable yet. */
  public SnapshotManifest finish() throws IOException {
    if (contentBytes() > 0) {
      endBlock(SnapshotFormat.KEYS);
    }
    new SnapshotFormat.Totals(keys, versions, rows.count(), rowBytes, stateHash.value()).put(block);
    endBlock(SnapshotFormat.END);
    write(ByteBuffer.allocate(4).putInt((int) fileCrc.getValue()).flip());
    channel.force(true);
    return new SnapshotManifest(
        header.term(),
        header.offset(),
        List.of(
            new SnapshotManifest.Part(
                SnapshotFormat.STATE_FILE, position, (int) fileCrc.getValue())));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
