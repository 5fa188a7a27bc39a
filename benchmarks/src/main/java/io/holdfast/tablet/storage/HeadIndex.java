package io.holdfast.tablet.storage;

/** Where the versions of a key are: the engine's own index, or another in its place. */
interface HeadIndex extends AutoCloseable {
  /** Null when there is no such key. */
  KeyEntry find(byte[] key);

  KeyEntry findOrAdd(byte[] key);

  /** How many keys. */
  long size();

  /** Bytes outside the heap beyond those in the arena. */
  long nativeBytes();

  @Override
  void close();

  /** The engine's own. */
  static HeadIndex own(Arena arena) {
    KeyTable keys = new KeyTable(arena, new VersionBlocks(arena));
    return new HeadIndex() {
      @Override
      public KeyEntry find(byte[] key) {
        return keys.find(key);
      }

      @Override
      public KeyEntry findOrAdd(byte[] key) {
        return keys.findOrAdd(key, 0, 0);
      }

      @Override
      public long size() {
        return keys.size();
      }

      @Override
      public long nativeBytes() {
        return 0;
      }

      @Override
      public void close() {}
    };
  }
}
