package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;

/** Operations that are not about one partition: they make others, and end when those have. */
interface WholeOps {
  /** Makes parts that are due, or ends the operation. */
  void step(OpEngine engine, TransactionDraft draft, OpRecord op, long wallMillis);

  /** How far one is, in words. */
  String progress(OpRecord op, ClusterState state);
}
