package io.holdfast.nameserver.driver;

import io.holdfast.protocol.message.ReportMessage.MemberUnfit;
import io.holdfast.protocol.message.ReportMessage.RelieveMe;
import io.holdfast.protocol.model.EvictionReason;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReliefReason;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What leaders complain about, in the log: what is wrong and what to do. They repeat themselves
 * every second while it lasts; the log says it once a minute. Owned by the controller's loop.
 */
final class AlarmLog {
  private static final Logger LOG = LoggerFactory.getLogger("io.holdfast.nameserver.alarm");

  private static final long AGAIN_NANOS = 60_000_000_000L;

  /** More alarms than any cluster has at a time; then the old ones are forgotten. */
  private static final int KEPT = 10_000;

  private record Alarm(PartitionId partition, NodeId about, Enum<?> reason) {}

  private final Map<Alarm, Long> saidAt = new HashMap<>();

  void memberUnfit(NodeId leader, MemberUnfit alarm, long now) {
    if (isNews(new Alarm(alarm.partition(), alarm.member(), alarm.reason()), now)) {
      LOG.warn(
          "partition {}: member {} {}, says its leader {}; automatic failover is off, so it stays"
              + " in the in-sync set and writes may wait for it. Repair it, or take it out with"
              + " offlineendpoint {}",
          alarm.partition(),
          alarm.member(),
          words(alarm.reason()),
          leader,
          alarm.member());
    }
  }

  void reliefWanted(NodeId leader, RelieveMe request, long now) {
    if (isNews(new Alarm(request.partition(), leader, request.reason()), now)) {
      LOG.warn(
          "partition {}: its leader {} asks to be replaced, because {}; {} would lead best",
          request.partition(),
          leader,
          words(request.reason()),
          request.successor());
    }
  }

  private boolean isNews(Alarm alarm, long now) {
    Long said = saidAt.get(alarm);
    if (said != null && now - said < AGAIN_NANOS) {
      return false;
    }
    if (saidAt.size() >= KEPT) {
      saidAt.clear();
    }
    saidAt.put(alarm, now);
    return true;
  }

  private static String words(EvictionReason reason) {
    return switch (reason) {
      case CLOSED -> "has closed its connection";
      case FOREIGN -> "has lost the copy that counted";
      case UNTRUSTED -> "was opened with damage and is not up to date yet";
      case SILENT -> "is silent";
      case OWES -> "acknowledges nothing";
      case DISK_FULL -> "has a full disk and takes no records";
      case KEEPS_TOO_MUCH -> "lacks, or keeps for one that lacks, too much of the log";
      case SLOW -> "is far slower than the others";
    };
  }

  private static String words(ReliefReason reason) {
    return switch (reason) {
      case SLOW_DISK -> "its disk is far slower than those of the members";
      case PAUSES -> "its process stands still too often";
      case DISK_FULL -> "its disk has no room for writes";
    };
  }
}
