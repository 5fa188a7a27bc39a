package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.PartitionHash;
import java.util.Arrays;

/**
 * The keys of an index: a hash table whose order does not depend on its size.
 *
 * <p>Buckets are chosen by the upper bits of the hash and each chain is sorted by hash and key, so
 * walking the buckets in turn meets the keys sorted by (hash, key). Growing halves the buckets and
 * keeps that order, hence a walk can stop at any key and go on behind it however much was written
 * in between. Single owner.
 */
final class KeyTable {
  private static final int FIRST_BITS = 4;
  private static final int MAX_BITS = 28;

  private int bits = FIRST_BITS;
  private KeyEntry[] buckets = new KeyEntry[1 << FIRST_BITS];
  private int size;

  /** A key with its versions. */
  static final class KeyEntry extends VersionList {
    private final byte[] key;
    private final int hash;
    private KeyEntry next;

    private KeyEntry(byte[] key, int hash, int epoch, int era) {
      super(epoch, era);
      this.key = key;
      this.hash = hash;
    }

    byte[] key() {
      return key;
    }

    private int compareTo(int otherHash, byte[] otherKey) {
      int order = Integer.compareUnsigned(hash, otherHash);
      return order != 0 ? order : Arrays.compareUnsigned(key, otherKey);
    }
  }

  int size() {
    return size;
  }

  private static int hash(byte[] key) {
    // The lower half has chosen the partition: in one partition its values are not spread evenly.
    return (int) (PartitionHash.hash(key) >>> 32);
  }

  private int bucketOf(int hash) {
    return hash >>> (32 - bits);
  }

  /** The entry of a key; null when there is none. */
  KeyEntry find(byte[] key) {
    int hash = hash(key);
    KeyEntry entry = buckets[bucketOf(hash)];
    while (entry != null) {
      int order = entry.compareTo(hash, key);
      if (order >= 0) {
        return order == 0 ? entry : null;
      }
      entry = entry.next;
    }
    return null;
  }

  /**
   * The entry of a key, made without versions when there was none.
   *
   * @param epoch of an entry that is made
   * @param era of an entry that is made
   */
  KeyEntry findOrAdd(byte[] key, int epoch, int era) {
    int hash = hash(key);
    int bucket = bucketOf(hash);
    KeyEntry before = null;
    KeyEntry at = buckets[bucket];
    while (at != null) {
      int order = at.compareTo(hash, key);
      if (order == 0) {
        return at;
      }
      if (order > 0) {
        break;
      }
      before = at;
      at = at.next;
    }
    KeyEntry added = new KeyEntry(key, hash, epoch, era);
    added.next = at;
    link(bucket, before, added);
    size++;
    if (size > buckets.length && bits < MAX_BITS) {
      grow();
    }
    return added;
  }

  void remove(KeyEntry entry) {
    int bucket = bucketOf(entry.hash);
    KeyEntry before = null;
    KeyEntry at = buckets[bucket];
    while (at != entry) {
      before = at;
      at = at.next;
    }
    link(bucket, before, entry.next);
    size--;
  }

  private void link(int bucket, KeyEntry before, KeyEntry next) {
    if (before == null) {
      buckets[bucket] = next;
    } else {
      before.next = next;
    }
  }

  private void grow() {
    KeyEntry[] old = buckets;
    bits++;
    buckets = new KeyEntry[1 << bits];
    KeyEntry[] tails = new KeyEntry[2];
    for (int i = 0; i < old.length; i++) {
      Arrays.fill(tails, null);
      KeyEntry entry = old[i];
      while (entry != null) {
        KeyEntry next = entry.next;
        entry.next = null;
        int bucket = bucketOf(entry.hash);
        link(bucket, tails[bucket & 1], entry);
        tails[bucket & 1] = entry;
        entry = next;
      }
    }
  }

  /** The first entry of all; null when there is none. */
  KeyEntry first() {
    return firstFrom(0);
  }

  /** The first entry at or behind a key, which need not be there any more. */
  KeyEntry ceiling(byte[] key) {
    int hash = hash(key);
    int bucket = bucketOf(hash);
    for (KeyEntry entry = buckets[bucket]; entry != null; entry = entry.next) {
      if (entry.compareTo(hash, key) >= 0) {
        return entry;
      }
    }
    return firstFrom(bucket + 1);
  }

  /** The entry behind one that is in the table; null when it is the last. */
  KeyEntry after(KeyEntry entry) {
    return entry.next != null ? entry.next : firstFrom(bucketOf(entry.hash) + 1);
  }

  private KeyEntry firstFrom(int bucket) {
    for (int i = bucket; i < buckets.length; i++) {
      if (buckets[i] != null) {
        return buckets[i];
      }
    }
    return null;
  }
}
