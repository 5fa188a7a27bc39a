package io.holdfast.tablet.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory of one partition outside the Java heap. Pieces of it are named by references: their place
 * in units of 8 bytes, as an unsigned number; 0 is none. It begins with 4 KiB and grows by chunks,
 * each as large as all before, up to 1 MiB. What is freed is used again for pieces of the same size
 * class or split for smaller ones; nothing is moved.
 *
 * <p>Single owner. Another thread may read what was handed to it: before each hand-over the owner
 * takes a {@link #hold}, and what it frees from then on is left as it is until that hold and all
 * before it are released.
 */
final class Arena {
  private static final int UNIT_BITS = 3;
  private static final int FIRST_UNIT_BITS = 9;
  private static final int CHUNK_UNIT_BITS = 17;
  private static final int CHUNK_UNITS = 1 << CHUNK_UNIT_BITS;

  /** How many chunks are smaller than the others; together they are as large as one. */
  private static final int SMALL_CHUNKS = CHUNK_UNIT_BITS - FIRST_UNIT_BITS + 1;

  static final int MAX_CHUNKS = SMALL_CHUNKS + (1 << (32 - CHUNK_UNIT_BITS)) - 1;

  /** Up to here every number of units has a class; beyond there are four for each doubling. */
  private static final int EXACT_BITS = 6;

  private static final int EXACT_UNITS = 1 << EXACT_BITS;

  /** Larger pieces have chunks to themselves, which are given back when they are freed. */
  private static final int MAX_CLASS_UNITS = CHUNK_UNITS / 4;

  private static final int CLASSES = classOf(MAX_CLASS_UNITS) + 1;

  /** So many pieces that were held are freed with each that is taken. */
  private static final int FREED_AT_A_TIME = 4;

  /** So many of them, when there is no room without. */
  private static final int DRAINED_FOR_ROOM = 256;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final ChunkPool pool;

  /** How much the pool may have given out when this arena has taken a chunk. */
  private long boundBytes = Long.MAX_VALUE;

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

  /** By class: how many are chained. */
  private final int[] freeCount = new int[CLASSES];

  private long holds;

  /** The last hold that was let go of. */
  private final AtomicLong released = new AtomicLong();

  private final HeldPieces held = new HeldPieces();
  private long reservedBytes;
  private long usedBytes;

  /**
   * @param pool where the memory comes from and goes back to
   */
  Arena(ChunkPool pool) {
    this.pool = pool;
  }

  /** How much the pool may have given out when this arena takes a chunk. */
  void bound(long bytes) {
    boundBytes = bytes;
  }

  /** Bytes set aside, used or not. */
  long reservedBytes() {
    return reservedBytes;
  }

  /** Bytes of the pieces that are in use, those included that were freed and are held. */
  long usedBytes() {
    return usedBytes;
  }

  /** Bytes of the pieces that were freed but that another thread may be reading. */
  long heldBytes() {
    return held.bytes();
  }

  /** Whether the tablet is to take no more than what fits into the memory that is set aside. */
  boolean isPoolFull() {
    return pool.isFull();
  }

  /**
   * Whether pieces find room in the memory that this arena has: each in its own size, or in
   * something free that is as large as the largest of them.
   *
   * @param sizes of the pieces, in bytes
   */
  boolean hasRoomFor(IntArray sizes) {
    drain(DRAINED_FOR_ROOM);
    int largest = 1;
    for (int i = 0; i < sizes.size(); i++) {
      largest = Math.max(largest, units(sizes.get(i)));
    }
    if (largest > MAX_CLASS_UNITS) {
      return false;
    }
    int unmet = 0;
    int[] taken = new int[CLASSES];
    for (int i = 0; i < sizes.size(); i++) {
      int sizeClass = classOf(units(sizes.get(i)));
      if (taken[sizeClass] < freeCount[sizeClass]) {
        taken[sizeClass]++;
      } else {
        unmet++;
      }
    }
    int largestClass = classOf(largest);
    int largestUnits = unitsOf(largestClass);
    long others = (end - top) / largestUnits;
    for (int larger = largestClass + 1; larger < CLASSES; larger++) {
      others += (long) freeCount[larger] * (unitsOf(larger) / largestUnits);
    }
    return unmet <= others;
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
    drain(FREED_AT_A_TIME);
    int units = units(bytes);
    if (units > MAX_CLASS_UNITS) {
      return takeLarge(largeUnits(units));
    }
    int sizeClass = classOf(units);
    int size = unitsOf(sizeClass);
    int piece = unchain(sizeClass);
    if (piece == 0 && end - top < size) {
      piece = split(sizeClass, size);
    }
    if (piece == 0) {
      while (end - top < size) {
        addChunk();
      }
      piece = (int) top;
      top += size;
    }
    usedBytes += (long) size << UNIT_BITS;
    return piece;
  }

  private int unchain(int sizeClass) {
    int piece = free[sizeClass];
    if (piece != 0) {
      free[sizeClass] = getInt(piece, 0);
      freeCount[sizeClass]--;
    }
    return piece;
  }

  /**
   * Chunks of pieces that have them to themselves are of few sizes, so that they are used again.
   */
  private static int largeUnits(int units) {
    return (units + MAX_CLASS_UNITS - 1) / MAX_CLASS_UNITS * MAX_CLASS_UNITS;
  }

  /** A piece cut from a larger free one; 0 when there is none. */
  private int split(int sizeClass, int size) {
    for (int larger = sizeClass + 1; larger < CLASSES; larger++) {
      int piece = unchain(larger);
      if (piece != 0) {
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
    freeCount[sizeClass]++;
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

  /** The first unit of a chunk. */
  static long firstUnit(int number) {
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
    } catch (MemoryExhaustedException e) {
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
      throw new MemoryExhaustedException(
          "a partition cannot hold more than 32 GiB in memory; create the table with more"
              + " partitions",
          null);
    }
    int number = chunkCount;
    if (number + count > chunks.length) {
      chunks = Arrays.copyOf(chunks, Math.max(number + count, Math.max(4, 2 * chunks.length)));
    }
    chunkCount += count;
    return number;
  }

  private void setChunk(int number, int units) {
    chunks[number] = pool.take(units << UNIT_BITS, boundBytes);
    reservedBytes += (long) units << UNIT_BITS;
  }

  /**
   * Gives a piece back.
   *
   * @param bytes as they were taken
   */
  void free(int piece, int bytes) {
    drain(FREED_AT_A_TIME);
    int units = units(bytes);
    if (released.get() == holds) {
      freeNow(piece, units);
    } else {
      held.add(piece, units, holds);
    }
  }

  private void freeNow(int piece, int pieceUnits) {
    if (pieceUnits > MAX_CLASS_UNITS) {
      int units = largeUnits(pieceUnits);
      int number = chunkOf(piece);
      pool.giveBack(chunks[number]);
      chunks[number] = null;
      unused.add(new int[] {number, (units + CHUNK_UNITS - 1) >>> CHUNK_UNIT_BITS});
      reservedBytes -= (long) units << UNIT_BITS;
      usedBytes -= (long) units << UNIT_BITS;
      return;
    }
    int sizeClass = classOf(pieceUnits);
    usedBytes -= (long) unitsOf(sizeClass) << UNIT_BITS;
    chain(piece, sizeClass);
  }

  /**
   * From now on what is freed stays as it is, for another thread that is about to be handed
   * something to read.
   *
   * @return its number, to be released when that thread has read it
   */
  long hold() {
    return ++holds;
  }

  /**
   * What was handed over with this hold, or with one before it, is not read any more. What was
   * freed before the next hold is used again little by little. Any thread.
   */
  void release(long hold) {
    released.accumulateAndGet(hold, Math::max);
  }

  /** Makes room of pieces that were freed and that nobody reads any more, so many at most. */
  void drain(int pieces) {
    if (held.isEmpty()) {
      return;
    }
    long upTo = released.get();
    for (int i = 0; i < pieces && held.isReleased(upTo); i++) {
      freeNow(held.piece(), held.units());
      held.removeFirst();
    }
  }

  /** Gives all memory back. Nobody may read any more; nothing may be called afterwards. */
  void close() {
    for (ByteBuffer chunk : chunks) {
      if (chunk != null) {
        pool.giveBack(chunk);
      }
    }
    chunks = new ByteBuffer[0];
    chunkCount = 0;
    reservedBytes = 0;
    usedBytes = 0;
    held.clear();
    Arrays.fill(free, 0);
    Arrays.fill(freeCount, 0);
    top = 0;
    end = 0;
  }

  // ---- access

  /** The chunk that a piece is in. */
  static int chunkOf(int piece) {
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

  /** The buffer that a piece is in, for whoever looks at several places of it. */
  ByteBuffer buffer(int piece) {
    return chunks[chunkOf(piece)];
  }

  /** Where in its buffer a piece begins. */
  static int place(int piece) {
    return placeOf(piece);
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
