package io.holdfast.nameserver.store;

/**
 * Carries a task to the controller's loop. It may wait for room, but it does not lose the task
 * while the loop lives: an outcome that never arrives would leave the controller waiting for ever.
 */
@FunctionalInterface
public interface LoopHand {
  void hand(Runnable task);
}
