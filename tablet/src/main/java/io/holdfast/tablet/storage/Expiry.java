package io.holdfast.tablet.storage;

import io.holdfast.protocol.model.TtlPolicy;

/** When versions of a key are too old. Stateless. */
final class Expiry {
  private Expiry() {}

  /** Position of the oldest version of a key that is not too old. */
  static int firstLive(TtlPolicy ttl, VersionCounts list, long nowMillis) {
    int byAge = 0;
    if (ttl.maxAgeMillis() > 0 && nowMillis != StorageEngine.NO_EXPIRY) {
      byAge = list.lowerBound(nowMillis - ttl.maxAgeMillis());
    }
    int byCount = ttl.maxVersions() > 0 ? (int) Math.max(0, list.size() - ttl.maxVersions()) : 0;
    return switch (ttl.kind()) {
      case ABSOLUTE -> byAge;
      case LATEST -> byCount;
      case ABSOLUTE_AND_LATEST -> Math.min(byAge, byCount);
      case ABSOLUTE_OR_LATEST -> Math.max(byAge, byCount);
    };
  }

  /** Whether a key keeps only so many versions, whatever their age. */
  static boolean countLimits(TtlPolicy ttl) {
    return ttl.maxVersions() > 0
        && (ttl.kind() == TtlPolicy.Kind.LATEST || ttl.kind() == TtlPolicy.Kind.ABSOLUTE_OR_LATEST);
  }
}
