package io.holdfast.nameserver.control;

import io.holdfast.protocol.model.PartitionRecord;

/**
 * Where an operation stands, from what is seen now.
 *
 * @param kind what is to be done about it
 * @param task what it waits for
 * @param text the same in words, for people
 * @param wish the record that makes the goal come true; only for {@link Kind#WISH}
 */
record OpLook(Kind kind, OpTask task, String text, PartitionRecord wish) {
  enum Kind {
    /** The goal is reached. */
    DONE,
    /** It is on its way. */
    DOING,
    /** Nobody works for it: the record must say what is wanted. */
    WISH,
    /** It cannot come true any more. */
    IMPOSSIBLE
  }

  static OpLook done(String text) {
    return new OpLook(Kind.DONE, OpTask.NONE, text, null);
  }

  static OpLook doing(OpTask task, String text) {
    return new OpLook(Kind.DOING, task, text, null);
  }

  static OpLook wish(OpTask task, String text, PartitionRecord wish) {
    return new OpLook(Kind.WISH, task, text, wish);
  }

  static OpLook impossible(OpTask task, String text) {
    return new OpLook(Kind.IMPOSSIBLE, task, text, null);
  }
}
