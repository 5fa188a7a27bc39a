package io.holdfast.protocol.model;

/**
 * When an entry of an index is too old.
 *
 * @param kind how the two limits work together
 * @param maxAgeMillis an entry whose ts is smaller than now minus this is too old; 0 for no limit
 * @param maxVersions an entry of a key is too old when at least so many are newer; 0 for no limit
 */
public record TtlPolicy(Kind kind, long maxAgeMillis, long maxVersions) {
  /** Largest age: 30 years in minutes. */
  public static final long MAX_ABSOLUTE_MINUTES = 15_768_000;

  /** Largest number of versions. */
  public static final long MAX_LATEST = 1000;

  /** Nothing is ever too old. */
  public static final TtlPolicy NONE = new TtlPolicy(Kind.ABSOLUTE, 0, 0);

  public TtlPolicy {
    if (maxAgeMillis < 0 || maxVersions < 0) {
      throw new IllegalArgumentException(
          "negative limits of age: " + maxAgeMillis + " ms, " + maxVersions + " versions");
    }
  }

  /** How the limits work together. */
  public enum Kind {
    /** Age alone. */
    ABSOLUTE,
    /** Number of versions alone. */
    LATEST,
    /** Too old when both limits are exceeded; never when one is 0. */
    ABSOLUTE_AND_LATEST,
    /** Too old when one limit is exceeded; a limit of 0 does not count. */
    ABSOLUTE_OR_LATEST
  }

  /** As operators write it. */
  @Override
  public String toString() {
    String age = maxAgeMillis / 60_000 + " min";
    return switch (kind) {
      case ABSOLUTE -> "absolute " + age;
      case LATEST -> "latest " + maxVersions;
      case ABSOLUTE_AND_LATEST -> "absandlat " + age + " " + maxVersions;
      case ABSOLUTE_OR_LATEST -> "absorlat " + age + " " + maxVersions;
    };
  }
}
