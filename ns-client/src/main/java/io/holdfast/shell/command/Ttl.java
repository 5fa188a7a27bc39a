package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.TTLType;
import java.util.List;
import java.util.Optional;

/** Times to live as they are written. Times are minutes. */
public final class Ttl {
  private Ttl() {}

  /** For example {@code 0min}, {@code 10} (rows), {@code 60min&&5}, {@code 60min||5}. */
  static String text(TTLSt ttl) {
    return switch (ttl.getTtlType()) {
      case kLatestTime -> Long.toUnsignedString(ttl.getLatTtl());
      case kAbsAndLat -> minutes(ttl) + "&&" + Long.toUnsignedString(ttl.getLatTtl());
      case kAbsOrLat -> minutes(ttl) + "||" + Long.toUnsignedString(ttl.getLatTtl());
      case kAbsoluteTime, kRelativeTime -> minutes(ttl);
    };
  }

  /** The table's: that of its first index. */
  static String text(TableInfo table) {
    return table.getColumnKeyCount() == 0
        ? text(TTLSt.getDefaultInstance())
        : text(table.getColumnKey(0).getTtl());
  }

  /** Reads {@code N}, {@code latest:N}, {@code absandlat:A:L} and so on; empty when malformed. */
  static Optional<TTLSt> parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length == 1) {
      return Optional.of(ttl(TTLType.kAbsoluteTime).setAbsTtl(number(parts[0])).build());
    }
    return switch (parts[0] + "/" + parts.length) {
      case "latest/2", "kLatestTime/2" ->
          Optional.of(ttl(TTLType.kLatestTime).setLatTtl(number(parts[1])).build());
      case "absolute/2", "kAbsoluteTime/2" ->
          Optional.of(ttl(TTLType.kAbsoluteTime).setAbsTtl(number(parts[1])).build());
      case "absandlat/3", "kAbsAndLat/3" -> Optional.of(both(TTLType.kAbsAndLat, parts));
      case "absorlat/3", "kAbsOrLat/3" -> Optional.of(both(TTLType.kAbsOrLat, parts));
      default -> Optional.empty();
    };
  }

  /** How many numbers follow a kind in a command; 0 for a word that is none. */
  public static int limits(String kind) {
    return switch (kind) {
      case "latest", "absolute" -> 1;
      case "absandlat", "absorlat" -> 2;
      default -> 0;
    };
  }

  /**
   * Of a command's words: a kind and as many numbers as it has {@link #limits}.
   *
   * @throws NumberFormatException when they are no numbers
   */
  public static TTLSt of(List<String> words) {
    return parse(String.join(":", words)).orElseThrow(NumberFormatException::new);
  }

  private static TTLSt both(TTLType type, String[] parts) {
    return ttl(type).setAbsTtl(number(parts[1])).setLatTtl(number(parts[2])).build();
  }

  private static TTLSt.Builder ttl(TTLType type) {
    return TTLSt.newBuilder().setTtlType(type);
  }

  private static long number(String text) {
    return Numbers.unsigned64(text);
  }

  private static String minutes(TTLSt ttl) {
    return Long.toUnsignedString(ttl.getAbsTtl()) + "min";
  }
}
