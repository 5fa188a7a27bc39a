package io.holdfast.tablet.storage;

/**
 * A walk over everything an engine holds, as it is at the moment in which the walk begins, however
 * long it takes and whatever is written meanwhile.
 *
 * <p>Each key of each index goes to the consumer once: when the walk comes to it, or before that
 * just before its first change. So writes are never held up; they only bring some keys forward.
 *
 * <p>Called by the engine's owner only.
 */
public interface StateWalk {
  /**
   * Goes on a little.
   *
   * @param budget about how many keys to look at
   * @return whether all keys have gone to the consumer; nothing comes any more then
   */
  boolean advance(int budget);

  /** Ends the walk where it is. */
  void cancel();

  /**
   * Memory that the engine has freed meanwhile and cannot use again, because the keys that went to
   * the consumer are still read.
   */
  default long heldBytes() {
    return 0;
  }

  /**
   * Lets go of what is kept for the keys that went to the consumer: they are not read any more. Any
   * thread; a second call does nothing.
   */
  default void release() {}
}
