package io.holdfast.nameserver.view;

import io.holdfast.nameserver.control.RecoveryPlan;
import io.holdfast.nameserver.state.LossReport;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.nameserver.PartitionRecovery;
import io.holdfast.protocol.openmldb.nameserver.RecoveryCopy;
import java.time.Instant;

/** What there is of partitions, in words of the wire. Pure functions. */
public final class Recoveries {
  private Recoveries() {}

  /** A partition as an operator who has to recover it wants to see it. */
  public static PartitionRecovery described(TableSpec table, PartitionId id, RecoveryPlan plan) {
    PartitionRecovery.Builder out =
        PartitionRecovery.newBuilder()
            .setDb(table.db())
            .setName(table.name())
            .setTid(id.tid())
            .setPid(id.pid())
            .setCondition(plan.condition().code().name())
            .setConditionText(plan.condition().text())
            .setLossAcceptable(plan.needsNoLoss() == null && plan.wouldChoose() != null)
            .setKnownCommit(plan.knownCommit());
    for (NodeId tablet : plan.condition().waitsFor()) {
      out.addWaitsFor(tablet.endpoint());
    }
    plan.copies().forEach(copy -> out.addCopies(copy(copy)));
    if (plan.wouldChoose() != null) {
      out.setWouldChoose(plan.wouldChoose().endpoint());
    }
    if (plan.loss() != null && plan.loss().open()) {
      out.setDataLossAcknowledged(lossText(plan.loss()));
    }
    return out.build();
  }

  private static RecoveryCopy copy(RecoveryPlan.Copy copy) {
    RecoveryCopy.Builder out =
        RecoveryCopy.newBuilder()
            .setEndpoint(copy.tablet().endpoint())
            .setIsAlive(copy.alive())
            .setInSync(copy.memberUid() != null)
            .setFlags(copy.flags().toString());
    if (copy.memberUid() != null) {
      out.setMemberUid(copy.memberUid().toString());
    }
    if (copy.uid() != null) {
      out.setUid(copy.uid().toString()).setLastOffset(copy.lastOffset()).setCommit(copy.commit());
    }
    if (copy.lastTerm() >= 0) {
      out.setLastTerm(copy.lastTerm());
    }
    return out.build();
  }

  /** What an operator gave up, as a sentence. */
  public static String lossText(LossReport report) {
    return "since "
        + Instant.ofEpochMilli(report.atMillis())
        + " partition "
        + report.partition()
        + " goes on with the copy of "
        + report.leader()
        + ", records up to "
        + report.lastOffset()
        + ", without "
        + report.bypassed()
        + "; "
        + (report.knownCommit() == 0
            ? "what had been committed is not known"
            : report.knownCommit() + " was known to be committed, " + report.knownGap() + " more")
        + "; decision "
        + report.count()
        + ", reason: "
        + report.reason();
  }
}
