package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.NodeId;

/** What a tablet may still be used for: an operator took it out of service, or it is departing. */
final class TabletDuties {
  private final TabletRegistry tablets;

  TabletDuties(TabletRegistry tablets) {
    this.tablets = tablets;
  }

  /** Whether it may lead, or go on leading. */
  boolean mayLead(NodeId tablet, ClusterState state) {
    return !state.isOffline(tablet) && departure(tablet) == Departure.NONE;
  }

  /** Whether it may be in in-sync sets. */
  boolean mayBeMember(NodeId tablet, ClusterState state) {
    return !state.isOffline(tablet) && departure(tablet) != Departure.LEAVING;
  }

  private Departure departure(NodeId tablet) {
    TabletHealth health = tablets.find(tablet);
    return health == null ? Departure.NONE : health.departure();
  }
}
