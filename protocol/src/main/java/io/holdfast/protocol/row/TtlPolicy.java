package io.holdfast.protocol.row;

import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.type.TTLType;

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
    ABSOLUTE(TTLType.kAbsoluteTime),
    /** Number of versions alone. */
    LATEST(TTLType.kLatestTime),
    /** Too old when both limits are exceeded; never when one is 0. */
    ABSOLUTE_AND_LATEST(TTLType.kAbsAndLat),
    /** Too old when one limit is exceeded; a limit of 0 does not count. */
    ABSOLUTE_OR_LATEST(TTLType.kAbsOrLat);

    private final TTLType wire;

    Kind(TTLType wire) {
      this.wire = wire;
    }

    public TTLType wire() {
      return wire;
    }

    /**
     * @throws IllegalArgumentException for a number that is none of a kind
     */
    static Kind ofWire(int number) {
      for (Kind kind : values()) {
        if (kind.wire.getNumber() == number) {
          return kind;
        }
      }
      throw new IllegalArgumentException("ttl type " + number);
    }
  }

  /**
   * From the wire, where ages are in minutes.
   *
   * @throws SchemaException when the type is unknown or a limit is out of range
   */
  public static TtlPolicy of(TTLSt ttl) throws SchemaException {
    Kind kind = null;
    for (Kind candidate : Kind.values()) {
      kind = candidate.wire == ttl.getTtlType() ? candidate : kind;
    }
    if (kind == null) {
      throw new SchemaException("invalid ttl type");
    }
    long minutes = ttl.getAbsTtl();
    long versions = ttl.getLatTtl();
    if (minutes < 0 || minutes > MAX_ABSOLUTE_MINUTES) {
      throw new SchemaException(
          "ttl is greater than conf value. max ttl is " + MAX_ABSOLUTE_MINUTES);
    }
    if (versions < 0 || versions > MAX_LATEST) {
      throw new SchemaException("ttl is greater than conf value. max ttl is " + MAX_LATEST);
    }
    return new TtlPolicy(kind, minutes * 60_000, versions);
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

  /** As on the wire. */
  public TTLSt toWire() {
    return TTLSt.newBuilder()
        .setTtlType(kind.wire)
        .setAbsTtl(maxAgeMillis / 60_000)
        .setLatTtl(maxVersions)
        .build();
  }
}
