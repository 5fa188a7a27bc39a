package io.holdfast.tablet.rpc;

import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.model.ReadMode;
import java.util.Locale;

/**
 * On what terms a reader takes an answer.
 *
 * @param mode how the answer comes about
 * @param minVersion newest version of the partition that the reader has seen; 0 for none
 * @param maxAgeMillis how old an answer of another replica than the leader may be; 0 for no bound
 */
record ReadTerms(ReadMode mode, long minVersion, long maxAgeMillis) {
  /**
   * The terms of a request at a table.
   *
   * @param word the request's read mode; empty when it leaves that to the table
   * @param ofTable the table's read mode
   * @throws RefusedException when there is no such mode
   */
  static ReadTerms of(String word, long minVersion, int maxAgeMillis, ReadMode ofTable)
      throws RefusedException {
    if (minVersion < 0) {
      throw new RefusedException(StatusCode.INVALID_PARAMETER, "min_version is too large");
    }
    return new ReadTerms(mode(word, ofTable), minVersion, Integer.toUnsignedLong(maxAgeMillis));
  }

  private static ReadMode mode(String word, ReadMode ofTable) throws RefusedException {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "" -> ofTable;
      // Whoever made the table did not trust clocks, and a reader who wants the newest gets it so.
      case "leader" -> ofTable == ReadMode.QUORUM ? ReadMode.QUORUM : ReadMode.LEADER;
      case "quorum" -> ReadMode.QUORUM;
      case "session" -> ReadMode.SESSION;
      case "stale" -> ReadMode.STALE;
      default ->
          throw new RefusedException(
              StatusCode.INVALID_PARAMETER,
              "read_mode is " + word + "; allowed: leader, quorum, session, stale");
    };
  }
}
