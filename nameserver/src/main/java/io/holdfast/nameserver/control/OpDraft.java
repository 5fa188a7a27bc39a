package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.OpGoal;

/**
 * An operation that somebody wants.
 *
 * @param parentId the operation that it is a part of; 0 for none
 * @param reason who or what asks for it
 */
record OpDraft(OpGoal goal, long parentId, String reason) {
  static OpDraft command(OpGoal goal, String words) {
    return new OpDraft(goal, 0, "operator command " + words);
  }
}
