package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Writes what a journal has into the files of the logs, and puts those on disk. Doing it twice does
 * no harm.
 *
 * <p>Bytes go to where they stood; whether the log is a good one is for {@link LogJudge} to say
 * afterwards. A file that is not there any more, or is another log's by now, is left alone: what
 * the journal has for it was not needed when that was done.
 */
final class JournalRedo {
  private final Path root;
  private final Predicate<UUID> wanted;
  private final LogFileOpener opener;

  /** How many entries of a log are void, counted from the first. */
  private final Map<UUID, Long> voidBefore = new HashMap<>();

  private final Set<UUID> logs = new HashSet<>();
  private final Map<SegmentFormat.Identity, IOException> failed = new HashMap<>();
  private long bytes;

  /**
   * @param root the data directory
   * @param wanted the logs to be seen to
   * @param opener opens the logs' files
   */
  JournalRedo(Path root, Predicate<UUID> wanted, LogFileOpener opener) {
    this.opener = opener;
    this.root = root;
    this.wanted = wanted;
  }

  /**
   * What was done.
   *
   * @param failed logs whose files did not take it, and why
   */
  record Done(int blocks, int logs, long bytes, Map<SegmentFormat.Identity, IOException> failed) {}

  Done redo(List<JournalReader.Block> blocks, UUID journal) throws IOException {
    JournalReader.read(blocks, journal, new Voids());
    try (Writing files = new Writing()) {
      JournalReader.read(blocks, journal, files);
      files.sync();
    }
    return new Done(blocks.size(), logs.size(), bytes, failed);
  }

  /** Finds out what is void. */
  private final class Voids implements JournalReader.Entries {
    private long entry;

    @Override
    public void write(SegmentFormat.Identity log, long segment, long position, ByteBuffer data) {
      entry++;
    }

    @Override
    public void isVoid(UUID uid) {
      entry++;
      voidBefore.put(uid, entry);
    }
  }

  /** Writes. */
  private final class Writing implements JournalReader.Entries, AutoCloseable {
    private final Map<Path, FileChannel> channels = new HashMap<>();
    private final Set<Path> strangers = new HashSet<>();
    private final Map<FileChannel, SegmentFormat.Identity> owners = new HashMap<>();
    private long entry;

    @Override
    public void isVoid(UUID uid) {
      entry++;
    }

    @Override
    public void write(SegmentFormat.Identity log, long segment, long position, ByteBuffer data)
        throws IOException {
      entry++;
      if (!wanted.test(log.uid()) || entry <= voidBefore.getOrDefault(log.uid(), 0L)) {
        return;
      }
      if (failed.containsKey(log)) {
        return;
      }
      try {
        FileChannel channel = channel(log, segment);
        if (channel != null) {
          logs.add(log.uid());
          bytes += data.remaining();
          DurableFiles.writeFully(channel, data, position);
          owners.put(channel, log);
        }
      } catch (IOException e) {
        failed.put(log, e);
      }
    }

    private FileChannel channel(SegmentFormat.Identity log, long segment) throws IOException {
      Path file =
          root.resolve(new DataDirectory.ReplicaKey(log.tid(), log.pid()).toString())
              .resolve("binlog")
              .resolve(SegmentFormat.fileName(segment));
      FileChannel known = channels.get(file);
      if (known != null || strangers.contains(file)) {
        return known;
      }
      if (!isOf(log, segment, file)) {
        strangers.add(file);
        return null;
      }
      FileChannel opened = opener.open(file, StandardOpenOption.WRITE);
      channels.put(file, opened);
      return opened;
    }

    private boolean isOf(SegmentFormat.Identity log, long segment, Path file) throws IOException {
      if (!Files.exists(file)) {
        return false;
      }
      try {
        SegmentFormat.Header header = LogJudge.readHeader(file);
        return header.identity().equals(log) && header.firstOffset() == segment;
      } catch (DamagedRecordException e) {
        // The judge of the log says so.
        return false;
      }
    }

    void sync() {
      owners.forEach(
          (channel, log) -> {
            try {
              channel.force(true);
            } catch (IOException e) {
              failed.put(log, e);
            }
          });
    }

    @Override
    public void close() throws IOException {
      for (FileChannel channel : channels.values()) {
        channel.close();
      }
    }
  }
}
