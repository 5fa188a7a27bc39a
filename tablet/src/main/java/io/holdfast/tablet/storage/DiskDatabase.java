package io.holdfast.tablet.storage;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A RocksDB database, and who uses it. It is closed when its last user has let go of it: another
 * thread that still reads would bring the process down otherwise.
 *
 * <p>Nothing reaches the disk but by {@link #flush}: there is no log of RocksDB's own, and its
 * buffer has no end. So what a crash leaves is the state at the last flush that was done, exactly.
 */
final class DiskDatabase {
  /** So many rows are asked for one by one. */
  private static final int FEW = 3;

  private static final Logger LOG = LoggerFactory.getLogger(DiskDatabase.class);

  private final Path directory;
  private final DiskEnvironment environment;
  private final RocksDB db;
  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
  private final FlushOptions inBackground =
      new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true);
  private final FlushOptions now = new FlushOptions().setWaitForFlush(true);
  private final ReadOptions present = new ReadOptions();
  private int users = 1;
  private boolean unwanted;
  private volatile DiskFailure firstFailure;
  private volatile boolean closed;

  private DiskDatabase(Path directory, DiskEnvironment environment, RocksDB db) {
    this.directory = directory;
    this.environment = environment;
    this.db = db;
  }

  /** Opens the database of a directory, or makes one; the caller is its first user. */
  static DiskDatabase open(Path directory, DiskEnvironment environment) {
    try {
      RocksDB db = RocksDB.open(environment.options(), directory.toString());
      DiskDatabase database = new DiskDatabase(directory, environment, db);
      environment.opened(database);
      return database;
    } catch (RocksDBException e) {
      throw new DiskFailure("cannot be opened in " + directory, e);
    }
  }

  Path directory() {
    return directory;
  }

  private DiskFailure failure(String what, RocksDBException cause) {
    return failed(new DiskFailure(what, cause));
  }

  private synchronized DiskFailure failed(DiskFailure failure) {
    environment.failed();
    firstFailure = firstFailure == null ? failure : firstFailure;
    if (failure.isDamage()) {
      // It is made anew of snapshot and log when the replica is opened next.
      unwanted = true;
    }
    return failure;
  }

  /** Throws what has failed, if anything has, on whatever thread that was. */
  void check() {
    DiskFailure failure = firstFailure;
    if (failure != null) {
      throw failure;
    }
  }

  void write(WriteBatch batch) {
    try {
      db.write(unlogged, batch);
    } catch (RocksDBException e) {
      throw failure("cannot be written", e);
    }
  }

  /**
   * Has everything that was written so far brought to the disk.
   *
   * @param wait whether until that is done
   */
  void flush(boolean wait) {
    try {
      db.flush(wait ? now : inBackground);
    } catch (RocksDBException e) {
      throw failure("cannot be flushed", e);
    }
  }

  /** Whether all flushes are done; throws when one has failed. */
  boolean isFlushed() {
    if (property("rocksdb.background-errors") > 0) {
      throw failure("cannot be flushed", new RocksDBException("see LOG in " + directory));
    }
    return property("rocksdb.num-immutable-mem-table") == 0;
  }

  /**
   * Puts the files of the last flush into another directory: those with rows as links, which cost
   * nothing and stay when this database lets go of its own, and a copy of the list of them, to
   * which RocksDB adds. RocksDB's own way to do this flushes first, and so what was written
   * meanwhile would be in it, too.
   *
   * @return their names
   */
  List<String> linkInto(Path into) throws IOException {
    try {
      db.disableFileDeletions();
      try {
        RocksDB.LiveFiles live = db.getLiveFiles(false);
        List<String> names = new ArrayList<>();
        String list = null;
        for (String file : live.files) {
          String name = file.substring(file.lastIndexOf('/') + 1);
          if (name.endsWith(DiskFiles.ROWS)) {
            DiskFiles.link(directory.resolve(name), into.resolve(name));
            names.add(name);
          } else if (name.startsWith(DiskFiles.LIST)) {
            list = name;
          }
        }
        if (list == null) {
          throw new IOException("RocksDB names no list of its files in " + directory);
        }
        DiskFiles.copy(directory.resolve(list), into.resolve(list), live.manifestFileSize);
        names.add(list);
        DurableFiles.syncDirectory(into);
        // Last: without it there is no database.
        DurableFiles.replaceAtomically(
            into.resolve(DiskFiles.CURRENT), (list + "\n").getBytes(StandardCharsets.US_ASCII));
        names.add(DiskFiles.CURRENT);
        return names;
      } finally {
        db.enableFileDeletions();
      }
    } catch (RocksDBException e) {
      throw failure("does not name its files", e);
    }
  }

  /** Length of the files that make up the state. */
  long fileBytes() {
    return property("rocksdb.live-sst-files-size");
  }

  private long property(String name) {
    try {
      return db.getLongProperty(name);
    } catch (RocksDBException e) {
      throw failure("does not say how it is", e);
    }
  }

  /** Everything as it is at each moment. */
  View present() {
    return new View(present, null);
  }

  /** Everything as it is at this moment; to be closed. */
  View freeze() {
    retain();
    Snapshot snapshot = db.getSnapshot();
    return new View(new ReadOptions().setSnapshot(snapshot).setFillCache(false), snapshot);
  }

  /** Somebody uses it, too. */
  synchronized void retain() {
    users++;
  }

  /** A user lets go. */
  synchronized void release() {
    users--;
    if (users == 0) {
      close();
    }
  }

  /** Has what is on the disk removed as soon as the last user has let go of it. */
  synchronized void remove() {
    unwanted = true;
    if (closed) {
      removeFiles();
    }
  }

  /** To be called by the last user, or when the threads of all others have ended. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      present.close();
      now.close();
      inBackground.close();
      unlogged.close();
      db.close();
      environment.closed(this);
      if (unwanted) {
        removeFiles();
      }
    }
  }

  private void removeFiles() {
    try {
      DurableFiles.deleteTree(directory);
    } catch (IOException e) {
      // It is found and removed when the replica is opened next.
      LOG.warn("{} cannot be removed: {}", directory, e.toString());
    }
  }

  /** What was kept to be read is not kept any more. */
  static final class GoneException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private GoneException() {
      super("the disk engine's state is not kept any more");
    }
  }

  /** What can be read. Of a frozen one any thread may read, one at a time. */
  final class View {
    private final ReadOptions options;
    private final Snapshot snapshot;
    private boolean closed;

    private View(ReadOptions options, Snapshot snapshot) {
      this.options = options;
      this.snapshot = snapshot;
    }

    /** Null when there is none. */
    synchronized byte[] get(byte[] key) {
      checkOpen();
      try {
        return db.get(options, key);
      } catch (RocksDBException e) {
        throw failure("cannot be read", e);
      }
    }

    DiskHead head(int position, byte[] key) {
      return DiskHead.decode(get(DiskKeys.head(position, key)));
    }

    /** The row of a version, which must be there. */
    byte[] row(DiskVersion version) {
      byte[] row = get(DiskKeys.row(version.rowOffset()));
      check(version, row);
      return row;
    }

    private void check(DiskVersion version, byte[] row) {
      if (row == null || row.length != version.rowBytes()) {
        throw failed(
            new DiskFailure(
                "the row of offset "
                    + version.rowOffset()
                    + (row == null ? " is missing" : " has " + row.length + " bytes")));
      }
    }

    /** The rows of versions, which must be there. */
    List<byte[]> rows(List<DiskVersion> versions) {
      if (versions.size() < FEW) {
        return versions.stream().map(this::row).toList();
      }
      List<byte[]> keys = new ArrayList<>(versions.size());
      versions.forEach(version -> keys.add(DiskKeys.row(version.rowOffset())));
      List<byte[]> rows = getAll(keys);
      for (int i = 0; i < rows.size(); i++) {
        check(versions.get(i), rows.get(i));
      }
      return rows;
    }

    private synchronized List<byte[]> getAll(List<byte[]> keys) {
      checkOpen();
      try {
        return db.multiGetAsList(options, keys);
      } catch (RocksDBException e) {
        throw failure("cannot be read", e);
      }
    }

    /** A place in the database, before anything. */
    synchronized Cursor cursor() {
      checkOpen();
      return new Cursor(db.newIterator(options), null, null);
    }

    /** As above, which does not see what is at or behind a key. */
    synchronized Cursor cursorBefore(byte[] end) {
      checkOpen();
      Slice bound = new Slice(end);
      ReadOptions bounded = new ReadOptions(options).setIterateUpperBound(bound);
      return new Cursor(db.newIterator(bounded), bounded, bound);
    }

    private void checkOpen() {
      if (closed || DiskDatabase.this.closed) {
        throw new GoneException();
      }
    }

    /** Of a frozen one; a second call does nothing. */
    synchronized void close() {
      if (snapshot != null && !closed) {
        closed = true;
        options.close();
        db.releaseSnapshot(snapshot);
        release();
      }
    }
  }

  /** A place in the database. Single owner; to be closed before its view. */
  final class Cursor implements AutoCloseable {
    private final RocksIterator at;
    private final ReadOptions bounded;
    private final Slice bound;

    private Cursor(RocksIterator at, ReadOptions bounded, Slice bound) {
      this.at = at;
      this.bounded = bounded;
      this.bound = bound;
    }

    /** Goes to the first key at or behind one. */
    boolean seek(byte[] key) {
      at.seek(key);
      return isValid();
    }

    /** Goes to the last key at or before one. */
    boolean seekBack(byte[] key) {
      at.seekForPrev(key);
      return isValid();
    }

    boolean next() {
      at.next();
      return isValid();
    }

    boolean previous() {
      at.prev();
      return isValid();
    }

    /** Whether there is something here. */
    private boolean isValid() {
      if (at.isValid()) {
        return true;
      }
      try {
        at.status();
        return false;
      } catch (RocksDBException e) {
        throw failure("cannot be read", e);
      }
    }

    byte[] key() {
      return at.key();
    }

    byte[] value() {
      return at.value();
    }

    DiskVersion version() {
      return DiskVersion.decode(at.key(), at.value());
    }

    @Override
    public void close() {
      at.close();
      if (bounded != null) {
        bounded.close();
        bound.close();
      }
    }
  }
}
