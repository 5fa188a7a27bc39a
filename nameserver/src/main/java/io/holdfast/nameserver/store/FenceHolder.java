package io.holdfast.nameserver.store;

import java.util.Optional;

/** The fence this nameserver has last won, for those who write. Thread-safe. */
public final class FenceHolder {
  private volatile Fence fence;

  /** From now on writes are made under this fence. */
  public void raise(Fence won) {
    fence = won;
  }

  /** The fence of a leadership; empty when a later one has begun. */
  Optional<Fence> of(long epoch) {
    Fence current = fence;
    return current != null && current.epoch() == epoch ? Optional.of(current) : Optional.empty();
  }
}
