package io.holdfast.protocol.meta;

import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TtlPolicy;
import java.util.HexFormat;
import java.util.function.Function;

/**
 * Words and ids as they stand in metadata. They are written here once more, apart from the names in
 * the code, so that renaming a constant does not change what is stored.
 */
public final class MetaText {
  private static final HexFormat HEX = HexFormat.of();
  private static final String UNKNOWN = "unknown";

  private MetaText() {}

  static String phase(Phase phase) {
    return switch (phase) {
      case ELECT -> "elect";
      case LEAD -> "lead";
    };
  }

  static String acks(AckMode acks) {
    return switch (acks) {
      case ALL -> "all";
      case MAJORITY -> "majority";
      case LEADER -> "leader";
    };
  }

  static String reads(ReadMode reads) {
    return switch (reads) {
      case LEADER -> "leader";
      case QUORUM -> "quorum";
      case SESSION -> "session";
      case STALE -> "stale";
    };
  }

  static String durability(Durability durability) {
    return switch (durability) {
      case FSYNC -> "fsync";
      case OS -> "os";
    };
  }

  static String ttlKind(TtlPolicy.Kind kind) {
    return switch (kind) {
      case ABSOLUTE -> "absolute";
      case LATEST -> "latest";
      case ABSOLUTE_AND_LATEST -> "absandlat";
      case ABSOLUTE_OR_LATEST -> "absorlat";
    };
  }

  static String uid(ReplicaUid uid) {
    return uid.isKnown() ? hex(uid.high()) + hex(uid.low()) : UNKNOWN;
  }

  /** Sixteen digits: as a number, a random id would be rounded by many readers of JSON. */
  static String hex(long id) {
    return HEX.toHexDigits(id);
  }

  public static ReplicaUid parseUid(String text) {
    if (text.equals(UNKNOWN)) {
      return ReplicaUid.UNKNOWN;
    }
    if (text.length() == 32) {
      ReplicaUid uid =
          new ReplicaUid(parseHex(text.substring(0, 16)), parseHex(text.substring(16)));
      if (uid.isKnown()) {
        return uid;
      }
    }
    throw new IllegalArgumentException("not a replica uid: " + text);
  }

  static long parseHex(String text) {
    if (text.length() == 16) {
      long value = HexFormat.fromHexDigitsToLong(text);
      if (hex(value).equals(text)) {
        return value;
      }
    }
    throw new IllegalArgumentException("not 16 lower-case hexadecimal digits: " + text);
  }

  /** The constant that {@code words} writes as {@code text}. */
  static <E> E parse(String text, E[] constants, Function<E, String> words) {
    for (E constant : constants) {
      if (words.apply(constant).equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("unknown word: " + text);
  }
}
