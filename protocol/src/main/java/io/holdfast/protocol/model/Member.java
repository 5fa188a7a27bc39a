package io.holdfast.protocol.model;

import java.util.Objects;

/** A replica that belongs to an in-sync set: the tablet and the uid of the copy on it. */
public record Member(NodeId tablet, ReplicaUid uid) {
  public Member {
    Objects.requireNonNull(tablet);
    Objects.requireNonNull(uid);
  }

  @Override
  public String toString() {
    return tablet.toString();
  }
}
