package io.holdfast.tablet.storage;

import net.openhft.chronicle.core.values.IntValue;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.values.Values;

/**
 * The index of a memory engine as a ChronicleMap from the key to the place of its versions, which
 * are in blocks of ours. Not persisted. Single owner.
 */
final class ChronicleIndex implements HeadIndex {
  private final Arena arena;
  private final VersionBlocks blocks;
  private final ChronicleMap<byte[], IntValue> heads;
  private final IntValue head = Values.newHeapInstance(IntValue.class);

  /**
   * @param keys the size to prepare for
   * @param mostTimes how many times as many it may be at most; 1 for what the library does unasked
   */
  ChronicleIndex(Arena arena, long keys, double mostTimes) {
    this.arena = arena;
    this.blocks = new VersionBlocks(arena);
    ChronicleMapBuilder<byte[], IntValue> builder =
        ChronicleMapBuilder.of(byte[].class, IntValue.class)
            .name("heads")
            .constantKeySizeBySample(new byte[BenchRows.KEY_BYTES])
            .entries(keys)
            .skipCloseOnExitHook(true);
    this.heads = (mostTimes > 1 ? builder.maxBloatFactor(mostTimes) : builder).create();
  }

  @Override
  public KeyEntry find(byte[] key) {
    return heads.getUsing(key, head) == null ? null : at(head.getValue());
  }

  /** Where it is never changes, so a key that is there is only looked up. */
  @Override
  public KeyEntry findOrAdd(byte[] key) {
    KeyEntry found = find(key);
    if (found != null) {
      return found;
    }
    // The map has the key already.
    int added = KeyEntry.add(arena, blocks, new byte[0], 0, 0, 0);
    head.setValue(added);
    heads.put(key, head);
    return at(added);
  }

  private KeyEntry at(int place) {
    return new KeyEntry(arena, blocks, place);
  }

  @Override
  public long size() {
    return heads.longSize();
  }

  /**
   * Shortens every list by what is older, and drops those that are empty then. Holds the lock of a
   * segment of the map at a time; there is no place within one at which it could go on.
   *
   * @return how many versions have gone
   */
  long collect(long oldestMillis, Rows rows) {
    long[] removed = {0};
    heads.forEachEntry(
        found -> {
          KeyEntry entry = at(found.value().get().getValue());
          int dead = entry.lowerBound(oldestMillis);
          entry.remove(0, dead, rows::release);
          removed[0] += dead;
          if (entry.size() == 0) {
            entry.free();
            found.context().remove(found);
          }
        });
    return removed[0];
  }

  @Override
  public long nativeBytes() {
    return heads.offHeapMemoryUsed();
  }

  @Override
  public void close() {
    heads.close();
  }
}
