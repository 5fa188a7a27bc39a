package io.holdfast.protocol.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is wrong with a copy. Bits that this version does not know are kept, and count as reasons
 * not to trust the copy. Immutable.
 *
 * @param bits one for each {@link Flag}; as on disk and on the wire
 */
public record ReplicaFlags(int bits) {
  /** One thing that may be wrong. The bit stands on disk and on the wire and never changes. */
  public enum Flag {
    /** The log is damaged, or cannot be read at all: the copy takes part in nothing. */
    CORRUPT(1),
    /**
     * The copy may have lost records that it had acknowledged. It follows and acknowledges what it
     * has now, but nobody concludes from its log that a record does not exist, until it has matched
     * the end of an active leader's log.
     */
    AMNESIAC(2),
    /**
     * The end of the log was cut off as the remains of an unfinished write. That is what it is
     * almost always; but a synced record that rotted looks the same when it was the last.
     */
    TAIL_SUSPECT(4),
    /** The copy was asked to remove committed records and refused: it takes part in nothing. */
    DIVERGED(8);

    private final int bit;

    Flag(int bit) {
      this.bit = bit;
    }
  }

  /** Nothing is known to be wrong. */
  public static final ReplicaFlags NONE = new ReplicaFlags(0);

  /** These flags and no others. */
  public static ReplicaFlags of(Flag... flags) {
    ReplicaFlags result = NONE;
    for (Flag flag : flags) {
      result = result.with(flag);
    }
    return result;
  }

  public boolean has(Flag flag) {
    return (bits & flag.bit) != 0;
  }

  public ReplicaFlags with(Flag flag) {
    return new ReplicaFlags(bits | flag.bit);
  }

  public ReplicaFlags without(Flag flag) {
    return new ReplicaFlags(bits & ~flag.bit);
  }

  /** Whether nothing at all is known to be wrong. */
  public boolean isClean() {
    return bits == 0;
  }

  /**
   * Whether the copy's log says what it acknowledged. A suspect tail is weighed where there is a
   * choice, but does not make a copy a liar.
   */
  public boolean isTrusted() {
    return (bits & ~Flag.TAIL_SUSPECT.bit) == 0;
  }

  /** Whether the copy can do nothing, not even follow. */
  public boolean isOutOfService() {
    return (bits & ~(Flag.TAIL_SUSPECT.bit | Flag.AMNESIAC.bit)) != 0;
  }

  /** Names separated by commas, for people; empty when clean. */
  @Override
  public String toString() {
    List<String> names = new ArrayList<>();
    int rest = bits;
    for (Flag flag : Flag.values()) {
      if (has(flag)) {
        names.add(flag.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        rest &= ~flag.bit;
      }
    }
    if (rest != 0) {
      names.add("unknown-" + Integer.toHexString(rest));
    }
    return String.join(", ", names);
  }
}
