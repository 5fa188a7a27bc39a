package io.holdfast.tablet.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Memory of one partition outside the Java heap. Pieces of it are named by references: their place
 * in units of 8 bytes, as an unsigned number; 0 is none. It begins with 4 KiB and grows by chunks,
 * each as large as all before, up to 1 MiB. What is freed is used again for pieces of the same size
 * class or split for smaller ones; nothing is moved.
 *
 * <p>Single owner. Another thread may read a piece that was handed to it while the owner {@link
 * #hold holds} what it frees.
 */
final class Arena {
  private static final int UNIT_BITS = 3;
  private static final int FIRST_UNIT_BITS = 9;
  private static final int CHUNK_UNIT_BITS = 17;
  private static final int CHUNK_UNITS = 1 << CHUNK_UNIT_BITS;

  /** How many chunks are smaller than the others; together they are as large as one. */
  private static final int SMALL_CHUNKS = CHUNK_UNIT_BITS - FIRST_UNIT_BITS + 1;

  private static final int MAX_CHUNKS = SMALL_CHUNKS + (1 << (32 - CHUNK_UNIT_BITS)) - 1;

  /** Up to here every number of units has a class; beyond there are four for each doubling. */
  private static final int EXACT_BITS = 6;

  private static final int EXACT_UNITS = 1 << EXACT_BITS;

  /** Larger pieces have chunks to themselves, which are given back when they are freed. */
  private static final int MAX_CLASS_UNITS = CHUNK_UNITS / 4;

  private static final int CLASSES = classOf(MAX_CLASS_UNITS) + 1;

  /** So many pieces that were held are freed with each that is taken. */
  private static final int FREED_AT_A_TIME = 4;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Volatile for the thread that reads what was handed to it. */
  private volatile ByteBuffer[] chunks = {};

  private int chunkCount;

  /** Chunk numbers above the small ones that are not in use: first, how many. */
  private final List<int[]> unused = new ArrayList<>();

  /** Unsigned, as {@link #end}: what was never taken of the last chunk. */
  private long top;

  private long end;

  /** By class; the pieces of one are chained. */
  private final int[] free = new int[CLASSES];

  private int holds;

  /** The last hold that was let go of. */
  private final AtomicInteger released = new AtomicInteger();

  private long[] held = {};
  private int heldCount;
  private long reservedBytes;
  private long usedBytes;

  /** Bytes set aside, used or not. */
  long reservedBytes() {
    return reservedBytes;
  }

  /** Bytes of the pieces that are in use, held ones included. */
  long usedBytes() {
    return usedBytes;
  }

  // ---- sizes

  private static int units(int bytes) {
    return (bytes >>> UNIT_BITS) + ((bytes & 7) == 0 ? 0 : 1);
  }

  private static int classOf(int units) {
    if (units <= EXACT_UNITS) {
      return units - 1;
    }
    int log = 31 - Integer.numberOfLeadingZeros(units - 1);
    int quarter = ((units - 1) >>> (log - 2)) & 3;
    return EXACT_UNITS + (log - EXACT_BITS) * 4 + quarter;
  }

  private static int unitsOf(int sizeClass) {
    if (sizeClass < EXACT_UNITS) {
      return sizeClass + 1;
    }
    int log = EXACT_BITS + (sizeClass - EXACT_UNITS) / 4;
    int quarter = (sizeClass - EXACT_UNITS) & 3;
    return (1 << log) + ((quarter + 1) << (log - 2));
  }

  // ---- taking and freeing

  /**
   * A piece of memory, with anything in it.
   *
   * @throws IllegalStateException when there is no more
   */
  int take(int bytes) {
    int units = units(bytes);
    if (units > MAX_CLASS_UNITS) {
      return takeLarge(units);
    }
    if (heldCount > 0 && !isHolding()) {
      freeHeld();
    }
    int sizeClass = classOf(units);
    int size = unitsOf(sizeClass);
    usedBytes += (long) size << UNIT_BITS;
    int piece = free[sizeClass];
    if (piece != 0) {
      free[sizeClass] = getInt(piece, 0);
      return piece;
    }
    if (end - top < size) {
      piece = split(sizeClass, size);
      if (piece != 0) {
        return piece;
      }
      while (end - top < size) {
        addChunk();
      }
    }
    piece = (int) top;
    top += size;
    return piece;
  }

  /** A piece cut from a larger free one; 0 when there is none. */
  private int split(int sizeClass, int size) {
    for (int larger = sizeClass + 1; larger < CLASSES; larger++) {
      int piece = free[larger];
      if (piece != 0) {
        free[larger] = getInt(piece, 0);
        addFree(piece + size, unitsOf(larger) - size);
        return piece;
      }
    }
    return 0;
  }

  private void addFree(int from, int units) {
    int at = from;
    int left = units;
    while (left > 0) {
      int sizeClass = classOf(Math.min(left, MAX_CLASS_UNITS));
      if (unitsOf(sizeClass) > left) {
        sizeClass--;
      }
      chain(at, sizeClass);
      at += unitsOf(sizeClass);
      left -= unitsOf(sizeClass);
    }
  }

  private void chain(int piece, int sizeClass) {
    putInt(piece, 0, free[sizeClass]);
    free[sizeClass] = piece;
  }

  private void addChunk() {
    addFree((int) top, (int) (end - top));
    top = end;
    int number = chunkCount < SMALL_CHUNKS ? reserve(1) : takeNumbers(1);
    long first = firstUnit(number);
    int size = number < SMALL_CHUNKS && number > 0 ? (int) first : unitsOfChunk(number);
    setChunk(number, size);
    // Unit 0 is nobody's: it means none.
    top = number == 0 ? 1 : first;
    end = first + size;
  }

  private static int unitsOfChunk(int number) {
    return number == 0 ? 1 << FIRST_UNIT_BITS : CHUNK_UNITS;
  }

  private static long firstUnit(int number) {
    if (number >= SMALL_CHUNKS) {
      return (long) (number - SMALL_CHUNKS + 1) << CHUNK_UNIT_BITS;
    }
    return number == 0 ? 0 : 1L << (FIRST_UNIT_BITS + number - 1);
  }

  private int takeLarge(int units) {
    while (chunkCount < SMALL_CHUNKS) {
      addChunk();
    }
    int count = (units + CHUNK_UNITS - 1) >>> CHUNK_UNIT_BITS;
    int number = takeNumbers(count);
    try {
      setChunk(number, units);
    } catch (IllegalStateException e) {
      unused.add(new int[] {number, count});
      throw e;
    }
    usedBytes += (long) units << UNIT_BITS;
    return (int) firstUnit(number);
  }

  private int takeNumbers(int count) {
    for (int i = 0; i < unused.size(); i++) {
      int[] run = unused.get(i);
      if (run[1] >= count) {
        int number = run[0];
        run[0] += count;
        run[1] -= count;
        if (run[1] == 0) {
          unused.remove(i);
        }
        return number;
      }
    }
    return reserve(count);
  }

  private int reserve(int count) {
    if (count > MAX_CHUNKS - chunkCount) {
      throw new IllegalStateException(
          "a partition cannot hold more than 32 GiB in memory; create the table with more"
              + " partitions");
    }
    int number = chunkCount;
    if (number + count > chunks.length) {
      chunks = Arrays.copyOf(chunks, Math.max(number + count, Math.max(4, 2 * chunks.length)));
    }
    chunkCount += count;
    return number;
  }

  private void setChunk(int number, int units) {
    try {
      chunks[number] = ByteBuffer.allocateDirect(units << UNIT_BITS).order(ByteOrder.LITTLE_ENDIAN);
    } catch (OutOfMemoryError e) {
      throw new IllegalStateException(
          "no memory is left outside the Java heap for the rows of this tablet; raise"
              + " -XX:MaxDirectMemorySize or move partitions away",
          e);
    }
    reservedBytes += (long) units << UNIT_BITS;
  }

  /**
   * Gives a piece back.
   *
   * @param bytes as they were taken
   */
  void free(int piece, int bytes) {
    int units = units(bytes);
    if (isHolding()) {
      if (heldCount == held.length) {
        held = Arrays.copyOf(held, Math.max(64, 2 * heldCount));
      }
      held[heldCount] = ((long) piece << 32) | units;
      heldCount++;
    } else {
      freeNow(piece, units);
    }
  }

  private void freeNow(int piece, int units) {
    if (units > MAX_CLASS_UNITS) {
      int number = chunkOf(piece);
      chunks[number] = null;
      unused.add(new int[] {number, (units + CHUNK_UNITS - 1) >>> CHUNK_UNIT_BITS});
      reservedBytes -= (long) units << UNIT_BITS;
      usedBytes -= (long) units << UNIT_BITS;
      return;
    }
    int sizeClass = classOf(units);
    usedBytes -= (long) unitsOf(sizeClass) << UNIT_BITS;
    chain(piece, sizeClass);
  }

  /**
   * From now on what is freed stays as it is, for another thread that may be reading it. A hold
   * before this one becomes part of it.
   *
   * @return its number
   */
  int hold() {
    return ++holds;
  }

  /** Nobody reads any more what was freed; it is used again little by little. Any thread. */
  void release(int hold) {
    released.accumulateAndGet(hold, Math::max);
  }

  private boolean isHolding() {
    return released.get() != holds;
  }

  private void freeHeld() {
    for (int i = 0; i < FREED_AT_A_TIME && heldCount > 0; i++) {
      heldCount--;
      freeNow((int) (held[heldCount] >>> 32), (int) held[heldCount]);
    }
    if (heldCount == 0) {
      held = new long[0];
    }
  }

  // ---- access

  private static int chunkOf(int piece) {
    if (piece >>> CHUNK_UNIT_BITS != 0) {
      return SMALL_CHUNKS - 1 + (piece >>> CHUNK_UNIT_BITS);
    }
    return piece >>> FIRST_UNIT_BITS == 0
        ? 0
        : 32 - FIRST_UNIT_BITS - Integer.numberOfLeadingZeros(piece);
  }

  private static int placeOf(int piece) {
    if (piece >>> CHUNK_UNIT_BITS != 0) {
      return (piece & (CHUNK_UNITS - 1)) << UNIT_BITS;
    }
    int first = piece >>> FIRST_UNIT_BITS == 0 ? 0 : Integer.highestOneBit(piece);
    return (piece - first) << UNIT_BITS;
  }

  int getInt(int piece, int at) {
    return chunks[chunkOf(piece)].getInt(placeOf(piece) + at);
  }

  void putInt(int piece, int at, int value) {
    chunks[chunkOf(piece)].putInt(placeOf(piece) + at, value);
  }

  long getLong(int piece, int at) {
    return chunks[chunkOf(piece)].getLong(placeOf(piece) + at);
  }

  void putLong(int piece, int at, long value) {
    chunks[chunkOf(piece)].putLong(placeOf(piece) + at, value);
  }

  byte[] getBytes(int piece, int at, int length) {
    byte[] bytes = new byte[length];
    chunks[chunkOf(piece)].get(placeOf(piece) + at, bytes);
    return bytes;
  }

  void putBytes(int piece, int at, byte[] bytes) {
    chunks[chunkOf(piece)].put(placeOf(piece) + at, bytes);
  }

  void putZeros(int piece, int bytes) {
    ByteBuffer chunk = chunks[chunkOf(piece)];
    int place = placeOf(piece);
    int at = 0;
    for (; at + 8 <= bytes; at += 8) {
      chunk.putLong(place + at, 0);
    }
    for (; at < bytes; at++) {
      chunk.put(place + at, (byte) 0);
    }
  }

  /** Copies bytes to another piece or within one, where the two may overlap. */
  void copy(int from, int fromAt, int to, int toAt, int bytes) {
    chunks[chunkOf(to)].put(
        placeOf(to) + toAt, chunks[chunkOf(from)], placeOf(from) + fromAt, bytes);
  }

  /** Compares bytes, taken as unsigned, as {@link Arrays#compareUnsigned(byte[], byte[])} does. */
  int compare(int piece, int at, int length, byte[] other) {
    ByteBuffer chunk = chunks[chunkOf(piece)];
    int place = placeOf(piece) + at;
    int both = Math.min(length, other.length);
    int i = 0;
    for (; i + 8 <= both; i += 8) {
      long one = chunk.getLong(place + i);
      long two = (long) LONGS.get(other, i);
      if (one != two) {
        return Long.compareUnsigned(Long.reverseBytes(one), Long.reverseBytes(two));
      }
    }
    for (; i < both; i++) {
      int order = Byte.compareUnsigned(chunk.get(place + i), other[i]);
      if (order != 0) {
        return order;
      }
    }
    return length - other.length;
  }
}
