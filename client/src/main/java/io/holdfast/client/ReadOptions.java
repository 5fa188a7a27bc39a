package io.holdfast.client;

import io.holdfast.protocol.model.ReadMode;
import java.time.Duration;

/**
 * Which replicas may answer a read, and what the answer must reflect. Immutable.
 *
 * @param mode null for what the table says
 * @param maxAgeMillis how old the answer of another replica than the leader may be (see {@link
 *     ReadMode#SESSION} and {@link ReadMode#STALE}); 0 for no bound
 * @param hedgeAfterMillis see {@link #hedgeAfter}; 0 for never
 */
public record ReadOptions(ReadMode mode, long maxAgeMillis, long hedgeAfterMillis) {
  /** As the table says; unless it says otherwise, {@link #leader}. */
  public static final ReadOptions DEFAULT = new ReadOptions(null, 0);

  /** Without a second question. */
  public ReadOptions(ReadMode mode, long maxAgeMillis) {
    this(mode, maxAgeMillis, 0);
  }

  public ReadOptions {
    if (hedgeAfterMillis < 0) {
      throw new IllegalArgumentException("a second question after " + hedgeAfterMillis + " ms");
    }
    if (maxAgeMillis < 0 || maxAgeMillis > 0xFFFFFFFFL) {
      throw new IllegalArgumentException("an age of " + maxAgeMillis + " ms");
    }
  }

  /** The leader answers, with every write that was acknowledged before. */
  public static ReadOptions leader() {
    return new ReadOptions(ReadMode.LEADER, 0);
  }

  /** As {@link #leader}, without trust in anybody's clock; takes a round among the replicas. */
  public static ReadOptions quorum() {
    return new ReadOptions(ReadMode.QUORUM, 0);
  }

  /**
   * The replicas answer in turn, each only if it has applied what the table's {@linkplain
   * TableClient#bookmark bookmark} has seen; else the leader does. So nobody goes back in time, and
   * everybody sees what was written through the same bookmark.
   */
  public static ReadOptions session() {
    return new ReadOptions(ReadMode.SESSION, 0);
  }

  /** The replicas answer in turn, each with what it has; two reads may go back in time. */
  public static ReadOptions any() {
    return new ReadOptions(ReadMode.STALE, 0);
  }

  /**
   * The same, but a replica that was not up to date for longer than this leaves the answer to the
   * leader. The replica measures by its own clock, from when it heard that it is up to date.
   */
  public ReadOptions maxAge(Duration age) {
    return new ReadOptions(mode, age.toMillis(), hedgeAfterMillis);
  }

  /**
   * The same, but when the replica whose turn it is has not answered after this time, another one
   * is asked as well, and the first answer counts. So a replica that stands still for a moment
   * costs this time and no more. Choose what nearly all reads stay below: each second question is
   * load.
   *
   * <p>Only for reads that any replica may answer ({@link #session}, {@link #any}); the leader is
   * asked once, since nobody else could answer.
   *
   * @param time at least 1 ms
   */
  public ReadOptions hedgeAfter(Duration time) {
    if (time.toMillis() < 1) {
      throw new IllegalArgumentException("a second question after " + time);
    }
    return new ReadOptions(mode, maxAgeMillis, time.toMillis());
  }
}
