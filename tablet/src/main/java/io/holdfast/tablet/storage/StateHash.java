package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.PartitionHash;

/**
 * A number over everything a read can see of an engine's state: keys, versions, rows and the log's
 * time. Two engines that have applied the same records have the same, whatever garbage collection
 * each has done, because what is too old at the log's time does not count. The keys may be added in
 * any order.
 */
public final class StateHash {
  private static final long KEY_SALT = 0x9E3779B97F4A7C15L;
  private static final long ALTERATIONS_SALT = 0x2545F4914F6CDD1DL;

  private final long logTimeMillis;
  private long sum;

  /**
   * @param logTimeMillis of the state
   */
  public StateHash(long logTimeMillis) {
    this.logTimeMillis = logTimeMillis;
  }

  /**
   * Takes in how the table was altered; to be called once, unless it was not.
   *
   * @param encoded as {@link io.holdfast.protocol.row.AlterationsCodec} does it
   */
  public void addAlterations(byte[] encoded) {
    sum += mix(PartitionHash.hash(encoded) + ALTERATIONS_SALT);
  }

  /** Takes in a key, which must not have been added before. */
  public void add(SavedKey saved) {
    boolean[] any = {false};
    long[] hash = {mix(PartitionHash.hash(saved.key()) + saved.index().position() * KEY_SALT)};
    saved.forEachLive(
        (ts, rowOffset, value) -> {
          any[0] = true;
          hash[0] = mix(hash[0] + ts);
          hash[0] = mix(hash[0] + rowOffset);
          hash[0] = mix(hash[0] + PartitionHash.hash(value));
        });
    if (any[0]) {
      sum += hash[0];
    }
  }

  /** The number for what was added. */
  public long value() {
    return mix(sum + mix(logTimeMillis));
  }

  /** The last step of SplitMix64 (Sebastiano Vigna, public domain): every bit moves every other. */
  private static long mix(long bits) {
    long z = bits + KEY_SALT;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
