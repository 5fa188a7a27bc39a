package io.holdfast.protocol.row;

import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.type.TTLType;

/** Times to live in OpenMLDB's words, where ages are in minutes. Stateless. */
public final class TtlCodec {
  private static final long MINUTE_MILLIS = 60_000;

  private TtlCodec() {}

  /**
   * From the wire.
   *
   * @throws SchemaException when the type is unknown or a limit is out of range
   */
  public static TtlPolicy decode(TTLSt ttl) throws SchemaException {
    TtlPolicy.Kind kind;
    try {
      kind = kind(ttl.getTtlType().getNumber());
    } catch (IllegalArgumentException e) {
      throw new SchemaException("invalid ttl type");
    }
    long minutes = ttl.getAbsTtl();
    long versions = ttl.getLatTtl();
    if (minutes < 0 || minutes > TtlPolicy.MAX_ABSOLUTE_MINUTES) {
      throw new SchemaException(
          "ttl is greater than conf value. max ttl is " + TtlPolicy.MAX_ABSOLUTE_MINUTES);
    }
    if (versions < 0 || versions > TtlPolicy.MAX_LATEST) {
      throw new SchemaException(
          "ttl is greater than conf value. max ttl is " + TtlPolicy.MAX_LATEST);
    }
    return new TtlPolicy(kind, minutes * MINUTE_MILLIS, versions);
  }

  /** As on the wire. */
  public static TTLSt encode(TtlPolicy ttl) {
    return TTLSt.newBuilder()
        .setTtlType(type(ttl.kind()))
        .setAbsTtl(ttl.maxAgeMillis() / MINUTE_MILLIS)
        .setLatTtl(ttl.maxVersions())
        .build();
  }

  static TTLType type(TtlPolicy.Kind kind) {
    return switch (kind) {
      case ABSOLUTE -> TTLType.kAbsoluteTime;
      case LATEST -> TTLType.kLatestTime;
      case ABSOLUTE_AND_LATEST -> TTLType.kAbsAndLat;
      case ABSOLUTE_OR_LATEST -> TTLType.kAbsOrLat;
    };
  }

  /**
   * @throws IllegalArgumentException for a number that is none of a kind
   */
  static TtlPolicy.Kind kind(int number) {
    for (TtlPolicy.Kind kind : TtlPolicy.Kind.values()) {
      if (type(kind).getNumber() == number) {
        return kind;
      }
    }
    throw new IllegalArgumentException("ttl type " + number);
  }
}
