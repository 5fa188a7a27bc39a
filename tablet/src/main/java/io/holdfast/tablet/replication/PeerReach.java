package io.holdfast.tablet.replication;

import io.holdfast.protocol.message.ControlMessage.ReachQuery;
import io.holdfast.protocol.message.ReplicationMessage.Ping;
import io.holdfast.protocol.message.ReportMessage.ReachReport;
import io.holdfast.protocol.message.ReportMessage.Reached;
import io.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds out, when a nameserver asks, which other tablets answer this one. The streams between
 * leaders and followers do not tell: two followers say nothing to each other.
 *
 * <p>Each query sends a ping to every tablet it names and is answered with what earlier pings have
 * brought. Nothing is sent unless somebody asks.
 */
final class PeerReach {
  private final Outbox outbox;
  private final Map<NodeId, Long> answeredAt = new TreeMap<>();
  private final Set<NodeId> asked = new TreeSet<>();

  PeerReach(Outbox outbox) {
    this.outbox = outbox;
  }

  void onQuery(NodeId nameserver, ReachQuery query, long now) {
    // Only what the present query is about is remembered, so that nothing grows.
    asked.clear();
    asked.addAll(query.peers());
    answeredAt.keySet().retainAll(asked);
    for (NodeId peer : asked) {
      outbox.send(peer, new Ping(query.partition(), false));
    }
    outbox.send(nameserver, new ReachReport(query.partition(), reached(now)));
  }

  void onPing(NodeId from, Ping ping, long now) {
    if (!ping.answer()) {
      outbox.send(from, new Ping(ping.partition(), true));
    } else if (asked.contains(from)) {
      answeredAt.put(from, now);
    }
  }

  private List<Reached> reached(long now) {
    List<Reached> result = new ArrayList<>();
    answeredAt.forEach((peer, at) -> result.add(new Reached(peer, now - at)));
    return result;
  }
}
