package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.protocol.message.ReportMessage.MemberUnfit;
import io.holdfast.protocol.message.ReportMessage.RelieveMe;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;

/** Told, on the controller's loop, what others may want to show or to tell clients. */
public interface ClusterListener {
  /** Everything was read anew. The state must not be kept. */
  void onLoaded(ClusterState state);

  /** A change is the truth now. */
  void onChanged(MetaChange change);

  /** The leader of a partition would have a member removed, but automatic changes are off. */
  default void onMemberUnfit(NodeId leader, MemberUnfit alarm) {}

  /** The leader of a partition asks to be replaced. */
  default void onReliefWanted(NodeId leader, RelieveMe request) {}

  /** A tablet has come or gone. */
  void onTabletChanged(TabletHealth tablet);

  /**
   * Most tablets were lost at once, so that nothing is decided without proof for a while; or that
   * is over.
   */
  default void onFreezeChanged(boolean frozen) {}

  /** A partition is in another condition than before. */
  default void onCondition(PartitionId partition, PartitionCondition condition) {}

  /** ZooKeeper was found to hold older data than the cluster has seen. */
  default void onTruthTooOld(String what) {}
}
