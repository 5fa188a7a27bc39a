package io.holdfast.tablet.snapshot;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.protocol.log.AlterOp;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.row.AlterationsCodec;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.storage.Engines;
import io.holdfast.tablet.storage.StateBuilder;
import io.holdfast.tablet.storage.StorageEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Reads a snapshot's state file. Every byte is checked before it is used, and the numbers at the
 * end must agree with what came before: a file that was damaged, cut, lengthened or put together
 * from pieces is refused.
 */
public final class SnapshotReader {
  private SnapshotReader() {}

  /**
   * A state that was read.
   *
   * @param header what it is of
   * @param sessions as given to the writer
   * @param engine with everything in it, not yet used by anybody
   */
  public record Loaded(SnapshotHeader header, byte[] sessions, StorageEngine engine) {}

  /**
   * Makes an engine of a snapshot, which is bit for bit the state that was written.
   *
   * @param manifest what the file must be
   * @param partition the partition that it must be of; term, offset and log time do not count
   * @param engines makes the engine
   * @throws SnapshotException when it is anything else
   */
  public static Loaded load(
      Path file,
      SnapshotManifest manifest,
      SnapshotHeader partition,
      TableSchema schema,
      Engines engines)
      throws IOException {
    return load(file, manifest, partition, schema, engines, Pace.NONE);
  }

  /** As above, with somebody who wants to know how far it is. */
  static Loaded load(
      Path file,
      SnapshotManifest manifest,
      SnapshotHeader partition,
      TableSchema schema,
      Engines engines,
      Pace pace)
      throws IOException {
    try (BlockReader blocks = new BlockReader(file)) {
      checkHead(blocks.header(), manifest, partition);
      try (StateBuilder builder =
          engines.builder(schema, manifest.offset(), blocks.header().logTimeMillis())) {
        Content content = new Content(blocks, new Building(builder), pace);
        content.read();
        checkFile(blocks, manifest);
        StorageEngine engine = builder.finish();
        try {
          if (engine.stateHash() != content.totals.stateHash()) {
            throw new SnapshotException("the snapshot's state is not the one that was written");
          }
          byte[] sessions = content.sessions.toByteArray();
          engine.checkpoint(blocks.header().term(), sessions, System.nanoTime());
          return new Loaded(blocks.header(), sessions, engine);
        } catch (SnapshotException | RuntimeException e) {
          engine.discard();
          throw e;
        }
      }
    }
  }

  /**
   * Reads a snapshot through without making an engine of it.
   *
   * @throws SnapshotException as {@link #load}, though a file that was written wrongly and has
   *     right checksums may pass
   */
  public static void verify(Path file, SnapshotManifest manifest, SnapshotHeader partition)
      throws IOException {
    verify(file, manifest, partition, Pace.NONE);
  }

  /** As above, no faster than somebody wants. */
  static void verify(Path file, SnapshotManifest manifest, SnapshotHeader partition, Pace pace)
      throws IOException {
    SnapshotFormat.Totals unused = verify(file, manifest, partition, IGNORE, pace);
  }

  /**
   * As above, and shows what is read.
   *
   * @param partition null to believe the file
   */
  static SnapshotFormat.Totals verify(
      Path file, SnapshotManifest manifest, SnapshotHeader partition, Sink sink, Pace pace)
      throws IOException {
    try (BlockReader blocks = new BlockReader(file)) {
      checkHead(blocks.header(), manifest, partition == null ? blocks.header() : partition);
      Content content = new Content(blocks, sink, pace);
      content.read();
      checkFile(blocks, manifest);
      return content.totals;
    }
  }

  /**
   * Takes what a snapshot holds, in the order of the file; throws IllegalArgumentException when it
   * does not fit.
   */
  interface Sink {
    /** How the table was altered; not called when it was not. Before anything else. */
    void alterations(Alterations alterations);

    /** All of the sessions' table, before the first key; empty when there are no sessions. */
    void sessions(byte[] encoded);

    /** The versions that follow are of this key. */
    void key(int index, byte[] key);

    /** A row, which gets the next number from 0. */
    void row(long offset, byte[] value);

    /** A version of the key. */
    void version(long ts, int row);
  }

  private static final Sink IGNORE =
      new Sink() {
        @Override
        public void alterations(Alterations alterations) {}

        @Override
        public void sessions(byte[] encoded) {}

        @Override
        public void key(int index, byte[] key) {}

        @Override
        public void row(long offset, byte[] value) {}

        @Override
        public void version(long ts, int row) {}
      };

  /** Takes the sessions only. */
  static Sink sessions(Consumer<byte[]> taker) {
    return new Sink() {
      @Override
      public void alterations(Alterations alterations) {}

      @Override
      public void sessions(byte[] encoded) {
        taker.accept(encoded);
      }

      @Override
      public void key(int index, byte[] key) {
        throw new IllegalArgumentException("it has keys beside an engine's files");
      }

      @Override
      public void row(long offset, byte[] value) {}

      @Override
      public void version(long ts, int row) {}
    };
  }

  private record Building(StateBuilder builder) implements Sink {
    @Override
    public void alterations(Alterations alterations) {
      builder.alterations(alterations);
    }

    @Override
    public void sessions(byte[] encoded) {
      // They are no part of the engine, and handed over beside it.
    }

    @Override
    public void key(int index, byte[] key) {
      builder.key(index, key);
    }

    @Override
    public void row(long offset, byte[] value) {
      builder.row(offset, value);
    }

    @Override
    public void version(long ts, int row) {
      builder.version(ts, row);
    }
  }

  /** Holds up a reading that would disturb others. */
  @FunctionalInterface
  public interface Pace {
    /** As fast as can be. */
    Pace NONE = position -> {};

    /**
     * Called after each block.
     *
     * @param position up to where the file was read
     * @throws IOException when the reading is to be given up
     */
    void reached(long position) throws IOException;
  }

  /**
   * How much of a file that is not complete is intact.
   *
   * @return bytes up to the end of the last whole block; 0 when not even the head is whole
   */
  static long intactBytes(Path file) throws IOException {
    try (BlockReader blocks = new BlockReader(file)) {
      try {
        while (true) {
          blocks.next();
        }
      } catch (SnapshotException e) {
        return blocks.position();
      }
    } catch (SnapshotException e) {
      return 0;
    }
  }

  private static void checkHead(
      SnapshotHeader found, SnapshotManifest manifest, SnapshotHeader partition)
      throws SnapshotException {
    if (!found.isOfSamePartition(partition)) {
      throw new SnapshotException("snapshot is of " + found + "; wanted is one of " + partition);
    }
    if (found.term() != manifest.term() || found.offset() != manifest.offset()) {
      throw new SnapshotException(
          "snapshot is of "
              + found
              + ", but its manifest says term "
              + manifest.term()
              + ", offset "
              + manifest.offset());
    }
  }

  private static void checkFile(BlockReader blocks, SnapshotManifest manifest) throws IOException {
    blocks.finish();
    SnapshotManifest.Part part = Manifests.statePart(manifest);
    if (blocks.position() != part.bytes() || blocks.fileCrc() != part.crc32c()) {
      throw new SnapshotException("snapshot is not the one of its manifest");
    }
  }

  /** What stands between head and end. */
  private static final class Content {
    private final BlockReader blocks;
    private final Sink sink;
    private final Pace pace;
    private final ByteArrayOutputStream sessions = new ByteArrayOutputStream();
    private SnapshotFormat.Totals totals;
    private byte phase = SnapshotFormat.SESSIONS;
    private long versions;
    private long rows;
    private long rowBytes;

    Content(BlockReader blocks, Sink sink, Pace pace) {
      this.blocks = blocks;
      this.sink = sink;
      this.pace = pace;
    }

    void read() throws IOException {
      while (phase != SnapshotFormat.END) {
        ByteBuffer in = blocks.next();
        pace.reached(blocks.position());
        byte type = blocks.type();
        if (type == SnapshotFormat.ALTERATIONS && blocks.isFirst()) {
          readAlterations(in);
          continue;
        }
        if (type < phase || type > SnapshotFormat.END) {
          throw blocks.damaged("has type " + type + " where it cannot be");
        }
        if (phase == SnapshotFormat.SESSIONS && type != phase) {
          endSessions();
        }
        phase = type;
        switch (type) {
          case SnapshotFormat.SESSIONS -> readSessions(in);
          case SnapshotFormat.KEYS -> readKeys(in);
          default -> readEnd(in);
        }
      }
    }

    private void readAlterations(ByteBuffer in) throws SnapshotException {
      try {
        sink.alterations(AlterationsCodec.decode(AlterOp.parseFrom(in)));
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        throw blocks.damaged("has alterations that do not fit: " + e.getMessage());
      }
    }

    private void readSessions(ByteBuffer in) throws SnapshotException {
      if (sessions.size() + in.remaining() > SnapshotFormat.MAX_SESSIONS_BYTES) {
        throw blocks.damaged("has more sessions than can be");
      }
      sessions.write(in.array(), in.arrayOffset() + in.position(), in.remaining());
    }

    private void endSessions() throws SnapshotException {
      try {
        sink.sessions(sessions.toByteArray());
      } catch (IllegalArgumentException e) {
        throw blocks.damaged("follows sessions that do not fit: " + e.getMessage());
      }
    }

    private void readKeys(ByteBuffer in) throws SnapshotException {
      try {
        while (in.hasRemaining()) {
          readGroup(in);
        }
      } catch (IllegalArgumentException e) {
        throw blocks.damaged("does not fit: " + e.getMessage());
      }
    }

    private void readGroup(ByteBuffer in) throws SnapshotException {
      require(in, 6);
      int index = in.getShort() & 0xffff;
      byte[] key = bytes(in, in.getInt());
      require(in, 4);
      int count = in.getInt();
      if (count < 1) {
        throw blocks.damaged("has a key with " + Integer.toUnsignedString(count) + " versions");
      }
      sink.key(index, key);
      for (int i = 0; i < count; i++) {
        readVersion(in);
      }
      versions += count;
    }

    private void readVersion(ByteBuffer in) throws SnapshotException {
      require(in, 12);
      long ts = in.getLong();
      int row = in.getInt();
      if (row == rows) {
        require(in, 12);
        long offset = in.getLong();
        byte[] value = bytes(in, in.getInt());
        rows++;
        rowBytes += value.length;
        sink.row(offset, value);
      } else if (row < 0 || row > rows) {
        throw blocks.damaged("refers to row " + Integer.toUnsignedString(row) + " of " + rows);
      }
      sink.version(ts, row);
    }

    private byte[] bytes(ByteBuffer in, int length) throws SnapshotException {
      if (length < 0) {
        throw blocks.damaged("has a length of " + Integer.toUnsignedString(length));
      }
      require(in, length);
      byte[] bytes = new byte[length];
      in.get(bytes);
      return bytes;
    }

    private void require(ByteBuffer in, int bytes) throws SnapshotException {
      if (in.remaining() < bytes) {
        throw blocks.damaged("ends in the middle of a key");
      }
    }

    private void readEnd(ByteBuffer in) throws SnapshotException {
      if (in.remaining() != SnapshotFormat.END_BYTES) {
        throw blocks.damaged("is an end of " + in.remaining() + " bytes");
      }
      totals = SnapshotFormat.Totals.get(in);
      if (totals.versions() != versions || totals.rows() != rows || totals.rowBytes() != rowBytes) {
        throw blocks.damaged(
            "counts "
                + totals
                + ", but there were "
                + versions
                + " versions and "
                + rows
                + " rows with "
                + rowBytes
                + " bytes");
      }
    }
  }
}
