package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.NodeId;

/**
 * A server process on a machine of its own: it can be killed, started again, and stopped for a
 * while.
 */
abstract class SimProcess {
  final World world;
  final NodeId id;
  private final double clockRate;
  private final long clockOffset;
  private boolean running;
  private int life;
  private long pausedUntil;

  SimProcess(World world, NodeId id, double clockRate) {
    this.world = world;
    this.id = id;
    this.clockRate = clockRate;
    this.clockOffset = world.between(0, 1_000_000 * World.SECOND);
  }

  /** The process's own monotonic clock. */
  final long localNow() {
    return clockOffset + (long) (world.now() * clockRate);
  }

  final boolean isRunning() {
    return running;
  }

  final boolean isPaused() {
    return world.now() < pausedUntil;
  }

  final int life() {
    return life;
  }

  final void start() {
    if (!running) {
      running = true;
      life++;
      pausedUntil = 0;
      onStart();
    }
  }

  final void kill() {
    if (running) {
      running = false;
      onKill();
    }
  }

  final void pause(long nanos) {
    if (running) {
      pausedUntil = Math.max(pausedUntil, world.now() + nanos);
    }
  }

  /** Runs an action in this life of the process, as soon as it is not stopped. */
  final void run(Runnable action) {
    int expected = life;
    runIn(expected, action);
  }

  private void runIn(int expected, Runnable action) {
    if (!running || life != expected) {
      return;
    }
    if (isPaused()) {
      world.at(pausedUntil, () -> runIn(expected, action));
      return;
    }
    action.run();
    afterEvent();
  }

  /** Runs an action in this life of the process, some time from now. */
  final void later(long nanos, Runnable action) {
    int expected = life;
    world.after(nanos, () -> runIn(expected, action));
  }

  abstract void onStart();

  abstract void onKill();

  abstract void afterEvent();
}
