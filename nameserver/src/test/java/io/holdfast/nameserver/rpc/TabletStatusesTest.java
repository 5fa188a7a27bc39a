package io.holdfast.nameserver.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.control.ClusterListener;
import io.holdfast.nameserver.control.Controller;
import io.holdfast.nameserver.control.ControllerSettings;
import io.holdfast.nameserver.control.TabletHealth;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.MetaStore;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tablets as operators see them. */
class TabletStatusesTest implements MetaStore, ClusterListener {
  private static final NodeId TABLET = new NodeId("10.0.0.1:9527");
  private static final long SECOND = 1_000_000_000L;

  private final Controller controller =
      new Controller(
          ControllerSettings.DEFAULTS, Mutants.NONE, this, (tablet, message) -> {}, this);

  private TabletStatus status(long now, long wallMillis) {
    TabletHealth health = controller.tablets().find(TABLET);
    return TabletStatuses.of(health, new ClusterState(), now, wallMillis);
  }

  /** Since when it is down, by the time of day, however much later somebody asks. */
  @Test
  void oneThatIsDownSaysSinceWhen() {
    controller.onMessage(
        TABLET, new TabletReport(1, 0, 1, 0, List.of(), Departure.NONE, 1), 5 * SECOND);
    assertThat(status(9 * SECOND, 1_000_009_000).getState()).isEqualTo("kHealthy");
    assertThat(status(9 * SECOND, 1_000_009_000).hasDownSinceMillis()).isFalse();
    controller.onTabletClosed(TABLET, 20 * SECOND);
    TabletStatus down = status(50 * SECOND, 1_000_050_000);
    assertThat(down.getState()).isEqualTo("kOffline");
    assertThat(down.getAge()).isEqualTo(30_000);
    assertThat(down.getDownSinceMillis()).isEqualTo(1_000_020_000);
    assertThat(status(80 * SECOND, 1_000_080_000).getDownSinceMillis()).isEqualTo(1_000_020_000);
  }

  @Override
  public void commit(MetaTransaction transaction) {}

  @Override
  public void load(long ticket) {}

  @Override
  public void onLoaded(ClusterState state) {}

  @Override
  public void onChanged(MetaChange change) {}

  @Override
  public void onTabletChanged(TabletHealth tablet) {}
}
