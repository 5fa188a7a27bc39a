package io.holdfast.tablet.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.TreeMap;

/**
 * The memory outside the Java heap that the memory tables of one tablet share. It is given out in
 * chunks of a few sizes, and those that come back are kept for the next table: the JVM would free
 * them only when it collects garbage, and would have to do so in haste when they run short.
 *
 * <p>There are three bounds. From {@link #writeLimitBytes} on, a replica whose own chunks are full
 * takes no more rows from clients. What is committed must be applied nevertheless, and a follower
 * may need a little more than its leader, up to {@link #limitBytes}. A state that is loaded takes
 * no more than half of what lies between the two: the replica that does not fit is to fail, and not
 * one that is in service. Thread-safe; a replica comes here once in a megabyte.
 */
public final class ChunkPool {
  /** For tests and for engines that are alone: bounded by the JVM only. */
  static ChunkPool unlimited() {
    return new ChunkPool(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  private final long writeLimitBytes;
  private final long limitBytes;

  /** Given out and not given back; read without the lock. */
  private volatile long given;

  /** What came back, by size. */
  private final TreeMap<Integer, ArrayDeque<ByteBuffer>> kept = new TreeMap<>();

  private long keptBytes;

  /**
   * @param writeLimitBytes from which on rows of clients are refused
   * @param limitBytes that are never exceeded
   */
  public ChunkPool(long writeLimitBytes, long limitBytes) {
    if (writeLimitBytes < 1 || limitBytes < writeLimitBytes) {
      throw new IllegalArgumentException(writeLimitBytes + " of " + limitBytes);
    }
    this.writeLimitBytes = writeLimitBytes;
    this.limitBytes = limitBytes;
  }

  /** From here on rows of clients are refused. */
  public long writeLimitBytes() {
    return writeLimitBytes;
  }

  /** More is never given out. */
  public long limitBytes() {
    return limitBytes;
  }

  /** More is not given out to a state that is loaded. */
  long loadLimitBytes() {
    return writeLimitBytes + (limitBytes - writeLimitBytes) / 2;
  }

  /** What all replicas together have set aside, used or not. */
  public long givenBytes() {
    return given;
  }

  /** What came back and waits for its next use. */
  public long keptBytes() {
    synchronized (kept) {
      return keptBytes;
    }
  }

  /** Whether rows of clients that need a new chunk are to be refused. */
  boolean isFull() {
    return given >= writeLimitBytes;
  }

  /**
   * A chunk, with anything in it.
   *
   * @param boundBytes that may be given out with it
   * @throws MemoryExhaustedException when there is no more; the message says what to do
   */
  ByteBuffer take(int bytes, long boundBytes) {
    synchronized (kept) {
      if (bytes > Math.min(boundBytes, limitBytes) - given) {
        throw exhausted(null);
      }
      given += bytes;
      ByteBuffer used = takeKept(bytes);
      if (used != null) {
        return used;
      }
      // The JVM counts them, too, until it has collected them.
      while (keptBytes > limitBytes - given) {
        var unused = takeKept(kept.lastKey());
      }
    }
    try {
      return allocate(bytes);
    } catch (OutOfMemoryError e) {
      synchronized (kept) {
        given -= bytes;
      }
      throw exhausted(e);
    }
  }

  private ByteBuffer takeKept(int bytes) {
    ArrayDeque<ByteBuffer> sameSize = kept.get(bytes);
    if (sameSize == null) {
      return null;
    }
    ByteBuffer chunk = sameSize.remove();
    keptBytes -= bytes;
    if (sameSize.isEmpty()) {
      kept.remove(bytes);
    }
    return chunk;
  }

  private ByteBuffer allocate(int bytes) {
    try {
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (OutOfMemoryError e) {
      synchronized (kept) {
        kept.clear();
        keptBytes = 0;
      }
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private MemoryExhaustedException exhausted(OutOfMemoryError cause) {
    return new MemoryExhaustedException(
        "no memory is left outside the Java heap for the rows of this tablet ("
            + given
            + " bytes are in use, rows of clients are refused from "
            + writeLimitBytes
            + " on, and there are "
            + limitBytes
            + "); raise -XX:MaxDirectMemorySize or move partitions away",
        cause);
  }

  /** Takes a chunk back that nobody reads or writes any more. */
  void giveBack(ByteBuffer chunk) {
    synchronized (kept) {
      given -= chunk.capacity();
      kept.computeIfAbsent(chunk.capacity(), size -> new ArrayDeque<>()).add(chunk);
      keptBytes += chunk.capacity();
    }
  }
}
