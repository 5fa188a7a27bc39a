package io.holdfast.nameserver.state;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import java.util.Objects;

/**
 * What an operation is to bring about. Enough to go on with it knowing nothing else. Immutable.
 *
 * @param db database of its table; empty when it is about no table
 * @param table name of its table when it was made; empty when it is about no table
 * @param partition null when it is about a whole tablet
 * @param source the tablet that something is taken from; null for none
 * @param target the tablet that it is about; null for whichever suits
 * @param learner whether a replica shall stay a learner
 * @param mark a number that the goal is measured by, such as an offset; {@link #WITNESS} for a
 *     replica that keeps the log only; {@link #COPIES} or {@link #LEADERS} for a rebalance; for an
 *     index the version of the table's alterations that brought it; 0 for none
 */
public record OpGoal(
    OpType type,
    String db,
    String table,
    PartitionId partition,
    NodeId source,
    NodeId target,
    boolean learner,
    long mark) {
  /** The mark of an added replica that is to be a witness. */
  public static final long WITNESS = 1;

  /** The mark of a rebalance that moves copies only. */
  public static final long COPIES = 1;

  /** The mark of a rebalance that moves leaders only. */
  public static final long LEADERS = 2;

  public OpGoal {
    Objects.requireNonNull(type);
    Objects.requireNonNull(db);
    Objects.requireNonNull(table);
  }

  /** A goal about a whole tablet. */
  public static OpGoal ofTablet(OpType type, NodeId target) {
    return new OpGoal(type, "", "", null, null, target, false, 0);
  }

  /** The same goal, about a witness. */
  public OpGoal asWitness() {
    return new OpGoal(type, db, table, partition, source, target, learner, WITNESS);
  }

  /** Whether the replica that is to be added shall keep the log only. */
  public boolean isWitness() {
    return type == OpType.ADD_REPLICA && mark == WITNESS;
  }

  /** Whether a tablet is part of what is wanted. */
  public boolean concerns(NodeId tablet) {
    return tablet.equals(source) || tablet.equals(target);
  }
}
