package io.holdfast.tablet.binlog;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Files of a machine that may stop. What was written is in the real files, as in a kernel's memory;
 * of each page that was not synced since, this keeps what the disk has. A power cut puts some of
 * those back.
 */
final class LossyFiles implements LogFileOpener {
  private static final int PAGE = 4096;

  /** What the disk has of pages, and of the file's length. */
  private static final class Disk {
    final TreeMap<Long, byte[]> dirty = new TreeMap<>();

    /** Pages whose sync has failed: the kernel calls them clean. */
    final TreeMap<Long, byte[]> dropped = new TreeMap<>();

    long bytes;
  }

  private final Map<Path, Disk> disks = new LinkedHashMap<>();
  private Predicate<Path> failing = file -> false;

  private boolean once;
  private final Set<Path> told = new HashSet<>();
  private Runnable beforeWrite = () -> {};
  private boolean isBefore;

  /**
   * Which files' syncs fail from now on.
   *
   * @param onlyOnce whether each file's next sync succeeds again, as if nothing were lost
   */
  synchronized void fail(Predicate<Path> files, boolean onlyOnce) {
    failing = files;
    once = onlyOnce;
    told.clear();
  }

  /**
   * What others do before a write; not within itself. Not before a sync: a segment lets one at a
   * time in, and that does not keep out the thread that is in already.
   */
  synchronized void beforeWrite(Runnable others) {
    beforeWrite = others;
  }

  @Override
  public synchronized FileChannel open(Path file, OpenOption... options) throws IOException {
    FileChannel channel = FileChannel.open(file, options);
    Disk disk = disks.get(file);
    if (disk == null || channel.size() == SegmentFormat.HEADER_BYTES) {
      disk = new Disk();
      disk.bytes = channel.size();
      disks.put(file, disk);
    }
    return new Channel(file, channel, disk);
  }

  /** The machine stops: of what was not synced, some is lost. All channels must be closed. */
  synchronized void cutPower(Random random) throws IOException {
    for (Map.Entry<Path, Disk> entry : disks.entrySet()) {
      Disk disk = entry.getValue();
      if (Files.exists(entry.getKey())) {
        try (RandomAccessFile file = new RandomAccessFile(entry.getKey().toFile(), "rw")) {
          for (Map.Entry<Long, byte[]> page : disk.dirty.entrySet()) {
            if (random.nextBoolean()) {
              restore(file, page.getKey(), page.getValue());
            }
          }
          for (Map.Entry<Long, byte[]> page : disk.dropped.entrySet()) {
            restore(file, page.getKey(), page.getValue());
          }
          if (file.length() > disk.bytes && random.nextBoolean()) {
            file.setLength(disk.bytes + random.nextLong(file.length() - disk.bytes + 1));
          }
        }
      }
    }
    disks.clear();
  }

  private static void restore(RandomAccessFile file, long page, byte[] bytes) throws IOException {
    long at = page * PAGE;
    if (at < file.length()) {
      file.seek(at);
      byte[] whole = new byte[(int) Math.min(PAGE, file.length() - at)];
      System.arraycopy(bytes, 0, whole, 0, Math.min(whole.length, bytes.length));
      file.write(whole);
    }
  }

  private final class Channel extends FileChannel {
    private final Path file;
    private final FileChannel real;
    private final Disk disk;

    Channel(Path file, FileChannel real, Disk disk) {
      this.file = file;
      this.real = real;
      this.disk = disk;
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      synchronized (LossyFiles.this) {
        if (!isBefore) {
          isBefore = true;
          beforeWrite.run();
          isBefore = false;
        }
        long last = (position + bytes.remaining() - 1) / PAGE;
        for (long page = position / PAGE; page <= last; page++) {
          byte[] dropped = disk.dropped.remove(page);
          if (!disk.dirty.containsKey(page)) {
            disk.dirty.put(page, dropped == null ? content(page) : dropped);
          }
        }
        return real.write(bytes, position);
      }
    }

    private byte[] content(long page) throws IOException {
      ByteBuffer content = ByteBuffer.allocate(PAGE);
      try (FileChannel in = FileChannel.open(file)) {
        io.holdfast.common.io.DurableFiles.readFully(in, content, page * PAGE);
      }
      return content.array();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      synchronized (LossyFiles.this) {
        real.truncate(size);
        disk.bytes = Math.min(disk.bytes, size);
        return this;
      }
    }

    @Override
    public void force(boolean metaData) throws IOException {
      synchronized (LossyFiles.this) {
        if (failing.test(file) && (!once || told.add(file))) {
          disk.dropped.putAll(disk.dirty);
          disk.dirty.clear();
          throw new IOException("the disk of the test fails");
        }
        if (!real.isOpen()) {
          throw new java.nio.channels.ClosedChannelException();
        }
        disk.dirty.clear();
        disk.bytes = Math.max(disk.bytes, real.size());
      }
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
      real.close();
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
      return real.read(dst, position);
    }

    @Override
    public int read(ByteBuffer dst) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer src) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long newPosition) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel src, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }
  }
}
