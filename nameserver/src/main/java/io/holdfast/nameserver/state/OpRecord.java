package io.holdfast.nameserver.state;

import java.util.Objects;

/**
 * An operation: what somebody, or the nameserver itself, wants of the cluster, why, and how far it
 * is. Stands in ZooKeeper from the moment that it is wanted until it is forgotten. Immutable.
 *
 * @param id later operations have higher ones; never used again
 * @param parentId the operation that this one is a part of; 0 for none
 * @param automatic whether the nameserver has decided it
 * @param reason who or what asked for it
 * @param createdMillis wall time
 */
public record OpRecord(
    long id,
    OpGoal goal,
    long parentId,
    boolean automatic,
    String reason,
    long createdMillis,
    OpCourse course) {
  private static final int MAX_REASON = 500;

  public OpRecord {
    Objects.requireNonNull(goal);
    Objects.requireNonNull(course);
    reason = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
    if (id < 1) {
      throw new IllegalArgumentException("op " + id);
    }
  }

  public OpRecord with(OpCourse newCourse) {
    return new OpRecord(id, goal, parentId, automatic, reason, createdMillis, newCourse);
  }

  public OpState state() {
    return course.state();
  }

  public boolean isOver() {
    return course.state().isFinal();
  }
}
