package io.holdfast.tablet.storage;

/**
 * First keys of the chains of a {@link KeyTable}, in segments of an {@link Arena} that are taken
 * when they are first written to. Single owner.
 */
final class Buckets {
  private static final int SEGMENT_BITS = 10;

  private final Arena arena;
  private final int bits;
  private final int segmentBytes;
  private final int[] segments;

  /**
   * @param bits of a hash that choose the bucket
   */
  Buckets(Arena arena, int bits) {
    this.arena = arena;
    this.bits = bits;
    this.segmentBytes = segmentBytes(bits);
    this.segments = new int[1 << Math.max(0, bits - SEGMENT_BITS)];
  }

  int bits() {
    return bits;
  }

  int count() {
    return 1 << bits;
  }

  int bucketOf(int hash) {
    return hash >>> (32 - bits);
  }

  /** The lowest hash of the next bucket, as an unsigned number; 2^32 behind the last. */
  long hashBehind(int bucket) {
    return (bucket + 1L) << (32 - bits);
  }

  int head(int bucket) {
    int segment = segments[bucket >>> SEGMENT_BITS];
    return segment == 0 ? 0 : arena.getInt(segment, 4 * (bucket & ((1 << SEGMENT_BITS) - 1)));
  }

  /** What {@link #setHead} takes of memory, in bytes; 0 where it takes none. */
  int bytesToSet(int bucket) {
    return segments[bucket >>> SEGMENT_BITS] == 0 ? segmentBytes : 0;
  }

  /** As above, of buckets that are not there yet. */
  static int segmentBytes(int bits) {
    return 4 << Math.min(bits, SEGMENT_BITS);
  }

  void setHead(int bucket, int entry) {
    int segment = segments[bucket >>> SEGMENT_BITS];
    if (segment == 0) {
      segment = arena.take(segmentBytes);
      arena.putZeros(segment, segmentBytes);
      segments[bucket >>> SEGMENT_BITS] = segment;
    }
    arena.putInt(segment, 4 * (bucket & ((1 << SEGMENT_BITS) - 1)), entry);
  }

  /** A bucket is not needed any more, nor are those before it. */
  void pass(int bucket) {
    if (((bucket + 1) & ((1 << SEGMENT_BITS) - 1)) == 0 || bucket + 1 == count()) {
      free(bucket >>> SEGMENT_BITS);
    }
  }

  private void free(int number) {
    if (segments[number] != 0) {
      arena.free(segments[number], segmentBytes);
      segments[number] = 0;
    }
  }

  void close() {
    for (int i = 0; i < segments.length; i++) {
      free(i);
    }
  }
}
