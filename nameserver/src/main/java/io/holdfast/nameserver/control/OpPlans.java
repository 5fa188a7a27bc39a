package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.state.OpRecord;

/** Which plan an operation has. */
final class OpPlans {
  private final LeaderPlan leader;
  private final ServedPlan served;
  private final JoinPlan join;
  private final RemovePlan remove;
  private final MigratePlan migrate;
  private final RecoverPlan recover;
  private final SnapshotPlan snapshot;
  private final OutOfServicePlan outOfService = new OutOfServicePlan();

  OpPlans(Mutants mutants, TabletRegistry tablets, PlannedChanges changes, Goals goals) {
    CopyLook copies = new CopyLook(tablets);
    this.leader = new LeaderPlan(changes, goals, new Candidates(tablets));
    this.served = new ServedPlan(goals);
    this.join = new JoinPlan(mutants, copies);
    this.remove = new RemovePlan(copies);
    this.recover = new RecoverPlan(goals, join, tablets);
    this.snapshot = new SnapshotPlan(copies);
    this.migrate = new MigratePlan(mutants, join, remove);
  }

  OpPlan of(OpRecord op) {
    if (op.automatic() && !SpareRebuild.isRebuild(op)) {
      // What else the nameserver decides by itself is done with the decision.
      return served;
    }
    return switch (op.goal().type()) {
      case CHANGE_LEADER -> leader;
      case ADD_REPLICA, READD_REPLICA, PROMOTE_REPLICA -> join;
      case RECOVER_TABLE, UPDATE_TABLE_ALIVE -> recover;
      case MAKE_SNAPSHOT -> snapshot;
      case DEL_REPLICA -> remove;
      case MIGRATE -> migrate;
      case OFFLINE_REPLICA -> outOfService;
      case OFFLINE_ENDPOINT,
          RECOVER_ENDPOINT,
          DRAIN_ENDPOINT,
          REBALANCE,
          SET_REPLICA_NUM,
          ADD_INDEX,
          RECOVER_DATA ->
          throw new IllegalArgumentException(op.goal().type() + " is not about a partition");
    };
  }
}
