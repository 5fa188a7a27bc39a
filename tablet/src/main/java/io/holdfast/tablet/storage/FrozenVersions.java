package io.holdfast.tablet.storage;

/**
 * The versions of a key as they were. Shares the blocks of the list it was made of, which that one
 * does not change any more but replaces, so it may be given to another thread for as long as the
 * arena holds what is freed.
 */
final class FrozenVersions extends VersionList {
  private final int era;
  private final int size;
  private final int[] shared;

  FrozenVersions(KeyEntry live) {
    super(live.blocks);
    this.era = live.era();
    this.size = live.size();
    this.shared = new int[live.blockCount()];
    for (int b = 0; b < shared.length; b++) {
      shared[b] = live.block(b);
    }
  }

  @Override
  public int era() {
    return era;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  int blockCount() {
    return shared.length;
  }

  @Override
  int block(int b) {
    return shared[b];
  }
}
