package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpType;
import java.util.Map;

/** Operations that are not about one partition: they make others, and end when those have. */
interface WholeOps {
  /** Makes parts that are due, or ends the operation. */
  void step(OpEngine engine, TransactionDraft draft, OpRecord op, long wallMillis);

  /** How far one is, in words. */
  String progress(OpRecord op, ClusterState state);

  /** What one waits for, in OpenMLDB's words. */
  default OpTask task(OpRecord op, ClusterState state) {
    return OpTask.NONE;
  }

  /**
   * Who carries out which.
   *
   * @param patienceMillis for so long a copy that should move or lead is waited for
   */
  static Map<OpType, WholeOps> all(
      Mutants mutants,
      TabletRegistry tablets,
      ClusterSight sight,
      Spares spares,
      Levelling levelling,
      long patienceMillis) {
    WholeOps service = new TabletOps();
    WholeOps moves = new MoveOps(sight, spares, levelling, patienceMillis);
    return Map.of(
        OpType.OFFLINE_ENDPOINT, service,
        OpType.RECOVER_ENDPOINT, service,
        OpType.DRAIN_ENDPOINT, moves,
        OpType.REBALANCE, moves,
        OpType.SET_REPLICA_NUM, new ResizeOps(sight, tablets, spares),
        OpType.ADD_INDEX, new IndexOps(mutants, tablets));
  }
}
