package io.holdfast.protocol.row;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Which partition a key belongs to: MurmurHash64A (Austin Appleby, public domain) of its bytes with
 * OpenMLDB's seed, taken as a signed number without its sign, modulo the number of partitions.
 */
public final class PartitionHash {
  private static final long SEED = 0xe17a1465L;
  private static final long M = 0xc6a4a7935bd1e995L;
  private static final int R = 47;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private PartitionHash() {}

  /** The partition of a key, from 0 to partitions - 1. */
  public static int partition(byte[] key, int partitions) {
    if (partitions < 1) {
      throw new IllegalArgumentException("partitions must be positive: " + partitions);
    }
    long hash = hash(key);
    // The one number without a positive counterpart stays as it is; unsigned it is its own
    // absolute value, so that no key is without a partition.
    return (int) Long.remainderUnsigned(hash < 0 ? -hash : hash, partitions);
  }

  /** The partition of a key's UTF-8 bytes. */
  public static int partition(String key, int partitions) {
    return partition(key.getBytes(StandardCharsets.UTF_8), partitions);
  }

  /** The hash before its sign is taken away. */
  public static long hash(byte[] key) {
    long h = SEED ^ (key.length * M);
    int whole = key.length & ~7;
    for (int i = 0; i < whole; i += 8) {
      long k = (long) LONGS.get(key, i) * M;
      k ^= k >>> R;
      h = (h ^ k * M) * M;
    }
    if (whole < key.length) {
      for (int i = key.length - 1; i >= whole; i--) {
        h ^= (key[i] & 0xffL) << (8 * (i - whole));
      }
      h *= M;
    }
    h ^= h >>> R;
    h *= M;
    return h ^ (h >>> R);
  }
}
