package io.holdfast.nameserver.rpc;

import io.holdfast.nameserver.control.TabletHealth;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import java.util.concurrent.TimeUnit;

/** Tablets as OpenMLDB's clients know them, and what else operators want to see of them. */
final class TabletStatuses {
  private TabletStatuses() {}

  /**
   * @param now of the clock by which the tablet's health was noted, in nanoseconds
   * @param wallMillis the time of day
   */
  static TabletStatus of(TabletHealth health, ClusterState state, long now, long wallMillis) {
    NodeId tablet = health.tablet();
    long age = Math.max(0, TimeUnit.NANOSECONDS.toMillis(health.unchangedNanos(now)));
    TabletStatus.Builder status = TabletStatus.newBuilder();
    if (!health.isAlive()) {
      status.setDownSinceMillis(wallMillis - age);
    }
    return status
        .setEndpoint(tablet.endpoint())
        .setState(health.isAlive() ? "kHealthy" : "kOffline")
        .setAge(age)
        .setDuty(duty(health, state))
        .setHost(state.hostOf(tablet))
        .setReplicas(state.replicasOn(tablet))
        .setLeaders(state.leadersOn(tablet))
        .build();
  }

  private static String duty(TabletHealth health, ClusterState state) {
    if (state.isOffline(health.tablet())) {
      return "offline";
    }
    return switch (health.departure()) {
      case LEAVING -> "leaving";
      case STOPPING -> "stopping";
      case NONE -> state.isDrained(health.tablet()) ? "draining" : "in_service";
    };
  }
}
