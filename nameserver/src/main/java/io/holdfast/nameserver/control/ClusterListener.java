package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;

/** Told, on the controller's loop, what others may want to show or to tell clients. */
public interface ClusterListener {
  /** Everything was read anew. The state must not be kept. */
  void onLoaded(ClusterState state);

  /** A change is the truth now. */
  void onChanged(MetaChange change);

  /** A tablet has come or gone. */
  void onTabletChanged(TabletHealth tablet);

  /**
   * Most tablets were lost at once, so that nothing is decided without proof for a while; or that
   * is over.
   */
  default void onFreezeChanged(boolean frozen) {}
}
