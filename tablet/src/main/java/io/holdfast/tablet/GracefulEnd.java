package io.holdfast.tablet;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.message.ControlMessage.DepartureAnswer;
import io.holdfast.protocol.message.ControlMessage.Held;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.Hindrance;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.tablet.partition.PartitionLoops;
import io.holdfast.tablet.partition.PartitionLoops.Parting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets others take a tablet's part before it ends, so that no client notices more than a short
 * pause. The nameserver moves what there is to be moved; here it is only said, and waited for.
 */
final class GracefulEnd {
  private static final Logger LOG = LoggerFactory.getLogger(GracefulEnd.class);

  private static final long LOOK_MILLIS = 20;
  private static final long SAY_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** What cannot be moved may be movable a moment later, when another copy has caught up. */
  private static final long HOPELESS_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** About twice what a standby nameserver needs to take over. */
  private static final long UNANSWERED_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final PartitionLoops loops;
  private final Supplier<List<NodeId>> nameservers;
  private final Clock clock;

  /**
   * @param nameservers who could move anything at the moment; empty for nobody
   */
  GracefulEnd(PartitionLoops loops, Supplier<List<NodeId>> nameservers, Clock clock) {
    this.loops = loops;
    this.nameservers = nameservers;
    this.clock = clock;
  }

  /**
   * Hands the leaderships over and keeps the memberships, for a process that will come back.
   * Returns when there is none left, when nobody can take the rest, or when time is up.
   */
  void handOver(long patienceMillis) throws InterruptedException {
    long start = clock.nanoTime();
    long saidAt = start;
    long hopelessSince = start;
    long answeredAt = start;
    DepartureAnswer last = null;
    loops.depart(Departure.STOPPING);
    while (true) {
      long now = clock.nanoTime();
      Parting parting = loops.parting();
      DepartureAnswer answer = parting.answer();
      if (parting.leaderships() == 0 && answer != null && answer.left() == 0) {
        LOG.info("every leadership is handed over, after {} ms", millis(now - start));
        return;
      }
      if (answer != last) {
        // Every report is answered with a new one.
        last = answer;
        answeredAt = now;
      }
      if (!isHopeless(answer)) {
        hopelessSince = now;
      }
      boolean timeIsUp = now - start >= TimeUnit.MILLISECONDS.toNanos(patienceMillis);
      boolean isAlone = nameservers.get().isEmpty() || now - answeredAt >= UNANSWERED_NANOS;
      if (timeIsUp || isAlone || now - hopelessSince >= HOPELESS_NANOS) {
        LOG.warn("stops without having handed over {}", describe(parting));
        return;
      }
      if (now - saidAt >= SAY_NANOS) {
        saidAt = now;
        LOG.info("hands over {}", describe(parting));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /** Leaves every in-sync set as well, for a process that may not come back. Takes its time. */
  void leave() throws InterruptedException {
    long start = clock.nanoTime();
    long saidAt = start;
    loops.depart(Departure.LEAVING);
    while (true) {
      long now = clock.nanoTime();
      Parting parting = loops.parting();
      DepartureAnswer answer = parting.answer();
      if (answer != null && answer.left() == 0) {
        LOG.info("out of every in-sync set, after {} ms", millis(now - start));
        return;
      }
      if (now - saidAt >= SAY_NANOS) {
        saidAt = now;
        String text =
            "cannot leave yet: "
                + describe(parting)
                + ". It goes on serving and leaves as soon as it can; Ctrl-C again ends it at once";
        LOG.warn(text);
        System.err.println(text);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private static boolean isHopeless(DepartureAnswer answer) {
    return answer != null
        && answer.left() == answer.held().size()
        && answer.held().stream().noneMatch(held -> held.hindrance() == Hindrance.UNDER_WAY);
  }

  private String describe(Parting parting) {
    DepartureAnswer answer = parting.answer();
    if (answer == null) {
      return parting.leaderships()
          + " leaderships: "
          + (nameservers.get().isEmpty() ? "no nameserver is there" : "no nameserver has answered");
    }
    List<String> parts = new ArrayList<>();
    for (Held held : answer.held()) {
      parts.add(held.partition() + " (" + words(held.hindrance()) + ")");
    }
    int more = answer.left() - answer.held().size();
    return answer.left()
        + " partitions: "
        + String.join(", ", parts)
        + (more > 0 ? " and " + more + " more" : "");
  }

  private static String words(Hindrance hindrance) {
    return switch (hindrance) {
      case UNDER_WAY -> "under way";
      case NO_SUCCESSOR -> "no other replica in sync can lead";
      case LAST_IN_SYNC -> "the only copy that is in sync";
      case MIN_INSYNC -> "fewer than min_insync would be left";
    };
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
