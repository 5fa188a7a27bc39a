package io.holdfast.testkit.sim;

import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Time, chance and order of a simulated history. All of it follows from the seed. */
final class World {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1000 * MILLI;

  private record Event(long time, long number, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(time, other.time);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  private final PriorityQueue<Event> queue = new PriorityQueue<>();
  private final SplittableRandom random;
  private long now;
  private long numbered;
  private long executed;
  private long fingerprint = 1;

  World(long seed) {
    this.random = new SplittableRandom(scattered(seed));
  }

  /**
   * Neighbouring seeds must not make similar histories. (A multiple of the generator's own step
   * would make them the same one, shifted by a number.) The finalizer of MurmurHash3.
   */
  private static long scattered(long seed) {
    long z = (seed ^ (seed >>> 33)) * 0xFF51AFD7ED558CCDL;
    z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return z ^ (z >>> 33);
  }

  /** True time in nanoseconds; no node sees it. */
  long now() {
    return now;
  }

  long executed() {
    return executed;
  }

  /** A number that two runs of one seed have in common, and hardly any two other runs. */
  long fingerprint() {
    return fingerprint;
  }

  void after(long delayNanos, Runnable action) {
    at(now + Math.max(0, delayNanos), action);
  }

  void at(long time, Runnable action) {
    queue.add(new Event(Math.max(now, time), numbered++, action));
  }

  /** Executes the next event; returns whether there was one. */
  boolean step() {
    Event event = queue.poll();
    if (event == null) {
      return false;
    }
    now = event.time();
    executed++;
    fingerprint = fingerprint * 31 + now;
    fingerprint = fingerprint * 31 + event.number();
    event.action().run();
    return true;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A number from {@code low} up to but not including {@code high}. */
  long between(long low, long high) {
    return high <= low ? low : random.nextLong(low, high);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  double fraction() {
    return random.nextDouble();
  }
}
