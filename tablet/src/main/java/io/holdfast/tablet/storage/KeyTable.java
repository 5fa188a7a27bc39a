package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.PartitionHash;

/**
 * The keys of an index: a hash table in an {@link Arena} whose order does not depend on its size.
 *
 * <p>Buckets are chosen by the upper bits of the hash and each chain is sorted by hash and key, so
 * walking the buckets in turn meets the keys sorted by (hash, key). Growing halves the buckets and
 * keeps that order, hence a walk can stop at any key and go on behind it however much was written
 * in between. It is done a few buckets with each key that is added, so that no call takes long.
 * Single owner.
 */
final class KeyTable {
  private static final int FIRST_BITS = 4;
  private static final int MAX_BITS = 28;

  /** With each key that is added so many buckets are halved: twice what is needed in time. */
  private static final int HALVED_PER_ADDED = 2;

  private final Arena arena;
  private final VersionBlocks blocks;
  private Buckets buckets;

  /** While growing: those twice as many, in use for the buckets below {@link #halved}. */
  private Buckets growing;

  private int halved;
  private int size;

  KeyTable(Arena arena, VersionBlocks blocks) {
    this.arena = arena;
    this.blocks = blocks;
    this.buckets = new Buckets(arena, FIRST_BITS);
  }

  int size() {
    return size;
  }

  private static int hash(byte[] key) {
    // The lower half has chosen the partition: in one partition its values are not spread evenly.
    return (int) (PartitionHash.hash(key) >>> 32);
  }

  private KeyEntry entry(int at) {
    return at == 0 ? null : new KeyEntry(arena, blocks, at);
  }

  /** The buckets that a hash is looked up in now. */
  private Buckets bucketsOf(int hash) {
    return growing != null && buckets.bucketOf(hash) < halved ? growing : buckets;
  }

  /** The entry of a key; null when there is none. */
  KeyEntry find(byte[] key) {
    int hash = hash(key);
    Buckets in = bucketsOf(hash);
    int at = in.head(in.bucketOf(hash));
    while (at != 0) {
      int order = KeyEntry.compare(arena, at, hash, key);
      if (order >= 0) {
        return order == 0 ? entry(at) : null;
      }
      at = KeyEntry.next(arena, at);
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
    Buckets in = bucketsOf(hash);
    int bucket = in.bucketOf(hash);
    int before = 0;
    int at = in.head(bucket);
    while (at != 0) {
      int order = KeyEntry.compare(arena, at, hash, key);
      if (order == 0) {
        return entry(at);
      }
      if (order > 0) {
        break;
      }
      before = at;
      at = KeyEntry.next(arena, at);
    }
    int added = KeyEntry.add(arena, blocks, key, hash, epoch, era);
    KeyEntry.setNext(arena, added, at);
    link(in, bucket, before, added);
    size++;
    grow();
    return entry(added);
  }

  /**
   * Adds the sizes of the pieces that adding a key would take, without its versions.
   *
   * @param sizes in bytes
   */
  void addSizes(byte[] key, IntArray sizes) {
    sizes.add(KeyEntry.bytes(key.length));
    Buckets in = bucketsOf(hash(key));
    addIfAny(sizes, in.bytesToSet(in.bucketOf(hash(key))));
    if (growing == null) {
      if (size >= buckets.count() && buckets.bits() < MAX_BITS) {
        sizes.add(Buckets.segmentBytes(buckets.bits() + 1));
      }
      return;
    }
    for (int bucket = halved;
        bucket < Math.min(halved + HALVED_PER_ADDED, buckets.count());
        bucket++) {
      // Both halves are in one segment.
      addIfAny(sizes, growing.bytesToSet(2 * bucket));
    }
  }

  private static void addIfAny(IntArray sizes, int bytes) {
    if (bytes > 0) {
      sizes.add(bytes);
    }
  }

  /** Takes an entry out and frees it. */
  void remove(KeyEntry entry) {
    int hash = KeyEntry.hash(arena, entry.at());
    Buckets in = bucketsOf(hash);
    int bucket = in.bucketOf(hash);
    int before = 0;
    int at = in.head(bucket);
    while (at != entry.at()) {
      before = at;
      at = KeyEntry.next(arena, at);
    }
    link(in, bucket, before, KeyEntry.next(arena, at));
    entry.free();
    size--;
  }

  private void link(Buckets in, int bucket, int before, int next) {
    if (before == 0) {
      in.setHead(bucket, next);
    } else {
      KeyEntry.setNext(arena, before, next);
    }
  }

  private void grow() {
    if (growing == null) {
      if (size <= buckets.count() || buckets.bits() == MAX_BITS) {
        return;
      }
      growing = new Buckets(arena, buckets.bits() + 1);
      halved = 0;
    }
    for (int i = 0; i < HALVED_PER_ADDED && halved < buckets.count(); i++) {
      halve(halved);
      buckets.pass(halved);
      halved++;
    }
    if (halved == buckets.count()) {
      buckets = growing;
      growing = null;
    }
  }

  /** The chain is sorted by the hash, so the lower half is its beginning. */
  private void halve(int bucket) {
    int first = buckets.head(bucket);
    int last = 0;
    int at = first;
    while (at != 0 && growing.bucketOf(KeyEntry.hash(arena, at)) == 2 * bucket) {
      last = at;
      at = KeyEntry.next(arena, at);
    }
    growing.setHead(2 * bucket, last == 0 ? 0 : first);
    growing.setHead(2 * bucket + 1, at);
    if (last != 0) {
      KeyEntry.setNext(arena, last, 0);
    }
  }

  /** The first entry of all; null when there is none. */
  KeyEntry first() {
    return firstFrom(0);
  }

  /** The first entry at or behind a key, which need not be there any more. */
  KeyEntry ceiling(byte[] key) {
    int hash = hash(key);
    Buckets in = bucketsOf(hash);
    int at = in.head(in.bucketOf(hash));
    for (; at != 0; at = KeyEntry.next(arena, at)) {
      if (KeyEntry.compare(arena, at, hash, key) >= 0) {
        return entry(at);
      }
    }
    return firstFrom(in.hashBehind(in.bucketOf(hash)));
  }

  /** The entry behind one that is in the table; null when it is the last. */
  KeyEntry after(KeyEntry entry) {
    int next = KeyEntry.next(arena, entry.at());
    if (next != 0) {
      return entry(next);
    }
    int hash = KeyEntry.hash(arena, entry.at());
    Buckets in = bucketsOf(hash);
    return firstFrom(in.hashBehind(in.bucketOf(hash)));
  }

  /** The first entry of a bucket that begins at a hash or behind, taken as an unsigned number. */
  private KeyEntry firstFrom(long firstHash) {
    long from = firstHash;
    while (from <= 0xffff_ffffL) {
      Buckets in = bucketsOf((int) from);
      int bucket = in.bucketOf((int) from);
      int at = in.head(bucket);
      if (at != 0) {
        return entry(at);
      }
      from = in.hashBehind(bucket);
    }
    return null;
  }

  /** Frees the buckets; no key may be left, and nothing may be called any more. */
  void close() {
    buckets.close();
    if (growing != null) {
      growing.close();
    }
  }
}
