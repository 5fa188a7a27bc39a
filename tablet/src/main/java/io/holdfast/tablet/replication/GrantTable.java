package io.holdfast.tablet.replication;

import io.holdfast.protocol.message.ReportMessage.Grant;
import io.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The promises a replica gave to leaders: until a promise runs out, no successor that this replica
 * helped to elect commits anything, so that its holder may answer reads.
 */
final class GrantTable {
  private final long leaseNanos;
  private final Map<NodeId, Long> expiries = new TreeMap<>();
  private long forgottenUntil;

  /**
   * @param forgottenUntil until when promises of an earlier life of this replica may still hold, on
   *     this clock; a replica with a new disk has none and passes the present
   */
  GrantTable(long leaseNanos, long forgottenUntil) {
    this.leaseNanos = leaseNanos;
    this.forgottenUntil = forgottenUntil;
  }

  void grant(NodeId holder, long now) {
    expiries.merge(holder, now + leaseNanos, GrantTable::later);
  }

  /** What has not run out, except promises to the replica's own tablet. */
  List<Grant> remaining(NodeId self, long now) {
    List<Grant> result = new ArrayList<>();
    expiries.values().removeIf(expiry -> expiry - now <= 0);
    for (Map.Entry<NodeId, Long> entry : expiries.entrySet()) {
      if (!entry.getKey().equals(self)) {
        result.add(new Grant(entry.getKey(), entry.getValue() - now));
      }
    }
    if (forgottenUntil - now > 0) {
      result.add(new Grant(null, forgottenUntil - now));
    } else {
      forgottenUntil = now;
    }
    return result;
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }
}
