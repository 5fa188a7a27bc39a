package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.OpRecord;

/**
 * An operation as it is to be shown.
 *
 * @param task what it waits for, or ended at; empty for nothing
 * @param progress the same in words
 */
public record OpView(OpRecord op, String task, String progress) {
  public OpView {
    if (op.isOver()) {
      task = op.course().task();
      progress = op.course().progress();
    }
  }
}
