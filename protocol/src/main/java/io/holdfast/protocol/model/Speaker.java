package io.holdfast.protocol.model;

import java.util.Objects;

/**
 * Which copy says something, and in what condition it is.
 *
 * @param uid identity of the copy
 * @param opening drawn at random when the copy was opened, and another one whenever it finds that
 *     it may have lost records: what was said before that is void after it
 * @param flags what is wrong with the copy
 * @param witness whether the copy is a witness: it keeps the log and has no rows
 */
public record Speaker(ReplicaUid uid, long opening, ReplicaFlags flags, boolean witness) {
  public Speaker {
    Objects.requireNonNull(uid);
    Objects.requireNonNull(flags);
  }

  /** A copy of the data. */
  public Speaker(ReplicaUid uid, long opening, ReplicaFlags flags) {
    this(uid, opening, flags, false);
  }
}
