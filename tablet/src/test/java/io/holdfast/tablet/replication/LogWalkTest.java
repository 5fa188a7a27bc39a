package io.holdfast.tablet.replication;

import static io.holdfast.tablet.replication.ReplicaGroup.A;
import static io.holdfast.tablet.replication.ReplicaGroup.B;
import static io.holdfast.tablet.replication.ReplicaGroup.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ReplicationMessage.AppendNack;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A leader finds where a follower's log parts from its own, whatever elections left behind:
 * compared with a model that simply looks at both logs.
 */
class LogWalkTest {
  private static final int ROUNDS = 400;

  /** The logs of several replicas after some terms, of which none reached everybody whole. */
  private static Map<NodeId, List<LogRecord>> history(Random random, int terms) {
    Map<NodeId, List<LogRecord>> logs = new TreeMap<>();
    List<NodeId> tablets = List.of(A, B, C);
    tablets.forEach(tablet -> logs.put(tablet, new ArrayList<>()));
    for (int term = 1; term <= terms; term++) {
      List<LogRecord> leader = logs.get(tablets.get(random.nextInt(3)));
      int more = random.nextInt(5);
      for (int i = 0; i < more; i++) {
        leader.add(LogRecord.termStart(term, leader.size() + 1));
      }
      for (List<LogRecord> follower : logs.values()) {
        if (follower != leader && random.nextInt(3) == 0) {
          copyPart(leader, follower, random);
        }
      }
    }
    return logs;
  }

  private static void copyPart(List<LogRecord> leader, List<LogRecord> follower, Random random) {
    int common = common(leader, follower);
    int upTo = common + random.nextInt(leader.size() - common + 1);
    if (upTo > common) {
      follower.subList(common, follower.size()).clear();
      follower.addAll(leader.subList(common, upTo));
    }
  }

  private static int common(List<LogRecord> a, List<LogRecord> b) {
    int common = 0;
    while (common < Math.min(a.size(), b.size()) && a.get(common).term() == b.get(common).term()) {
      common++;
    }
    return common;
  }

  /** Every log becomes the leader's, and nothing that both had is cut on the way. */
  @Test
  void theWalkBackFindsTheCommonPart() {
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      int terms = 1 + random.nextInt(8);
      Map<NodeId, List<LogRecord>> logs = history(random, terms);
      ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
      logs.forEach(group::leaveLog);
      int[] refusals = new int[1];
      group.lost =
          envelope -> {
            refusals[0] += envelope.message() instanceof AppendNack ? 1 : 0;
            return false;
          };
      group.elect(A, terms + 1, A, B, C);
      group.settle();

      assertThat(group.tablet(A).view().isActive()).as("seed %d", seed).isTrue();
      assertThat(refusals[0]).as("seed %d", seed).isLessThanOrEqualTo(2 * (terms + 2));
      for (NodeId follower : List.of(B, C)) {
        List<LogRecord> mine = logs.get(follower);
        int common = common(logs.get(A), mine);
        List<Long> cuts = mine.size() > common ? List.of((long) common) : List.of();
        assertThat(group.tablet(follower).store().terms())
            .as("seed %d", seed)
            .isEqualTo(group.tablet(A).store().terms());
        assertThat(group.tablet(follower).store().cuts).as("seed %d", seed).isEqualTo(cuts);
      }
    }
  }
}
