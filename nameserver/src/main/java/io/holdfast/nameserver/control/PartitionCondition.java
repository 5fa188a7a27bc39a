package io.holdfast.nameserver.control;

import io.holdfast.protocol.model.NodeId;
import java.util.List;

/**
 * How a partition is, for people and programs.
 *
 * @param code one word
 * @param text a sentence: what is missing and, where one can do something, what
 * @param waitsFor the tablets that it waits for
 */
public record PartitionCondition(Code code, String text, List<NodeId> waitsFor) {
  /** One word for a condition. The names are shown and stay as they are. */
  public enum Code {
    /** It has an active leader and all its copies are in sync. */
    HEALTHY,
    /** As above, but two copies are on one host although the cluster's settings forbid that. */
    SHARED_HOST,
    /** It has an active leader; some copies are missing or catch up. */
    DEGRADED,
    /** Reads are served; fewer copies are in sync than the table asks for to take writes. */
    TOO_FEW_IN_SYNC,
    /** A leader is named and about to serve. */
    LEADER_STARTING,
    /** The leader is not heard; whether it is lost is being found out. */
    LEADER_SUSPECTED,
    /** The leader is lost, and automatic failover is off. */
    AUTOMATION_OFF,
    /** A member is not heard, and stays one because automatic failover is off. */
    MEMBER_LOST,
    /** A leader is being elected. */
    ELECTING,
    /** No leader may be elected before certain copies are back. */
    WAITS_FOR_MEMBERS,
    /** What ZooKeeper holds is older than what tablets have seen. */
    METADATA_TOO_OLD
  }

  public PartitionCondition {
    waitsFor = List.copyOf(waitsFor);
  }

  static PartitionCondition of(Code code, String text) {
    return new PartitionCondition(code, text, List.of());
  }

  /** Whether it takes reads and writes. */
  public boolean isServing() {
    return code == Code.HEALTHY || code == Code.SHARED_HOST || code == Code.DEGRADED;
  }
}
