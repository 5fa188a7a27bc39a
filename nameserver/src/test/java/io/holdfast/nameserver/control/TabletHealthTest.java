package io.holdfast.nameserver.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is believed of a tablet's reports. */
class TabletHealthTest {
  private static final long SUSPECT_NANOS = 1_000;

  private final TabletHealth health = new TabletHealth(new NodeId("a:1"), 0);

  @Test
  void aLateReportOfAnEarlierLifeChangesNothing() {
    health.onReport(report(7, 0, 1), SUSPECT_NANOS, 0);
    health.onReport(report(8, 0, 2), SUSPECT_NANOS, 10);

    health.onReport(report(7, 0, 1), SUSPECT_NANOS, 20);

    assertThat(health.incarnation()).isEqualTo(8);
    health.refresh(SUSPECT_NANOS, 20);
    assertThat(health.isAlive()).as("the second loop has not spoken in this life").isFalse();
    health.onReport(report(8, 1, 2), SUSPECT_NANOS, 30);
    health.refresh(SUSPECT_NANOS, 30);
    assertThat(health.isAlive()).isTrue();
  }

  @Test
  void aLateReportDoesNotUndoAClosedConnection() {
    health.onReport(report(7, 0, 1), SUSPECT_NANOS, 0);
    health.onReport(report(8, 0, 1), SUSPECT_NANOS, 10);
    health.onClosed();

    health.onReport(report(7, 0, 1), SUSPECT_NANOS, 20);

    health.refresh(SUSPECT_NANOS, 20);
    assertThat(health.isAlive()).isFalse();
  }

  /** The late report may be the first that a new nameserver hears; the living process wins then. */
  @Test
  void theLifeThatGoesOnSpeakingIsBelieved() {
    health.onReport(report(8, 0, 1), SUSPECT_NANOS, 0);
    health.onReport(report(7, 0, 1), SUSPECT_NANOS, 10);

    health.onReport(report(8, 0, 1), SUSPECT_NANOS, 200);
    assertThat(health.incarnation()).isEqualTo(7);
    health.onReport(report(8, 0, 1), SUSPECT_NANOS, 10 + SUSPECT_NANOS);

    assertThat(health.incarnation()).isEqualTo(8);
  }

  private static TabletReport report(long incarnation, int loop, int loops) {
    return new TabletReport(incarnation, loop, loops, 0, List.of());
  }
}
