package io.holdfast.tablet.storage;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.log.PutOp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/**
 * RocksDB by itself: key and inverted time make the key, the row is the value. The options are the
 * disk engine's, and so is the time to write its buffer; there is no log of its own.
 */
final class RocksStore implements BenchStore {
  private static final long FLUSHED_AT_BYTES = 64 << 20;

  private final DiskEnvironment environment = EngineStore.environment();
  private final WriteOptions writing = new WriteOptions().setDisableWAL(true);
  private final ReadOptions reading = new ReadOptions();
  private final Path directory;
  private final RocksDB db;
  private long offset;
  private long written;

  RocksStore(Path directory) throws IOException {
    this.directory = directory.resolve("bare");
    DurableFiles.createDirectories(this.directory);
    try {
      this.db = RocksDB.open(environment.options(), this.directory.toString());
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  private static byte[] key(byte[] key, long ts) {
    return ByteBuffer.allocate(key.length + Long.BYTES).put(key).putLong(~ts).array();
  }

  private static boolean isOf(byte[] found, byte[] key) {
    return found.length == key.length + Long.BYTES
        && ByteBuffer.wrap(found, 0, key.length).equals(ByteBuffer.wrap(key));
  }

  @Override
  public void put(byte[] payload) {
    PutOp put = WriteRules.parse(++offset, payload).getPut();
    byte[] value = put.getValue().toByteArray();
    try {
      db.put(writing, key(put.getKeys(0).getKey().toByteArray(), put.getTime()), value);
      written += value.length;
      if (written > FLUSHED_AT_BYTES) {
        written = 0;
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(false)) {
          db.flush(flush);
        }
      }
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  private static UncheckedIOException failure(RocksDBException e) {
    return new UncheckedIOException(new IOException(e));
  }

  @Override
  public void newest(byte[] key, ByteBuffer answer) {
    scan(key, 1, answer);
  }

  @Override
  public void scan(byte[] key, int rows, ByteBuffer answer) {
    try (RocksIterator at = db.newIterator(reading)) {
      at.seek(key);
      for (int i = 0; i < rows && at.isValid() && isOf(at.key(), key); i++) {
        answer.put(at.value());
        at.next();
      }
      at.status();
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  @Override
  public long collect(long nowMillis) {
    long oldest = nowMillis - TimeUnit.MINUTES.toMillis(BenchRows.TTL_MINUTES);
    long removed = 0;
    try (RocksIterator at = db.newIterator(reading)) {
      for (at.seekToFirst(); at.isValid(); at.next()) {
        byte[] key = at.key();
        if (~ByteBuffer.wrap(key).getLong(key.length - Long.BYTES) < oldest) {
          db.delete(writing, key);
          removed++;
        }
      }
      at.status();
    } catch (RocksDBException e) {
      throw failure(e);
    }
    return removed;
  }

  @Override
  public long nativeBytes() {
    return environment.figures().cacheUsedBytes();
  }

  @Override
  public void close() {
    db.close();
    reading.close();
    writing.close();
    environment.close();
    try {
      if (Files.exists(directory)) {
        DurableFiles.deleteTree(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
