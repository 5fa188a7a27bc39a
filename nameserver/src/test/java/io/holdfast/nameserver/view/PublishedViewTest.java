package io.holdfast.nameserver.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.control.ClusterListener;
import io.holdfast.nameserver.control.Controller;
import io.holdfast.nameserver.control.ControllerSettings;
import io.holdfast.nameserver.control.PartitionCondition;
import io.holdfast.nameserver.control.PartitionCondition.Code;
import io.holdfast.nameserver.control.TabletHealth;
import io.holdfast.nameserver.control.TabletRegistry;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.MetaStore;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written for clients, and when those who wait for it are told. */
final class PublishedViewTest {
  private static final long LATER = 1_000_000_000L;

  private final Deque<ViewImage> images = new ArrayDeque<>();
  private final Deque<Consumer<Boolean>> answers = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private final ClusterState state = new ClusterState();
  private final TabletRegistry tablets = noTablets();
  private final PublishedView view =
      new PublishedView(
          (image, done) -> {
            images.add(image);
            answers.add(done);
          });

  @BeforeEach
  void setUp() {
    view.onLoaded(3);
    view.endOfTurn(state, tablets, 0);
    answers.remove().accept(true);
    ViewImage first = images.remove();
    assertThat(first.whole()).isTrue();
    assertThat(first.epoch()).isEqualTo(3);
  }

  /** Any number of changes during a write make one more write, of what is true then. */
  @Test
  void changesDuringAWriteMakeOneMore() {
    create(1);
    view.endOfTurn(state, tablets, 0);
    create(2);
    create(3);
    view.afterwards(() -> told.add("three tables"));
    view.endOfTurn(state, tablets, 0);
    assertThat(images).hasSize(1);
    assertThat(images.remove().tables()).containsOnlyKeys(1);

    answers.remove().accept(true);
    assertThat(told).as("not all of it was in that write").isEmpty();
    view.endOfTurn(state, tablets, 0);
    assertThat(images.remove().tables()).containsOnlyKeys(2, 3);
    answers.remove().accept(true);
    assertThat(told).containsExactly("three tables");
    view.endOfTurn(state, tablets, 0);
    assertThat(images).isEmpty();
  }

  /** After a write that failed nobody knows what stands there, so all of it is written. */
  @Test
  void failedWriteIsFollowedByAWholeOne() {
    create(1);
    view.endOfTurn(state, tablets, 0);
    view.afterwards(() -> told.add("one table"));
    answers.remove().accept(false);
    images.clear();
    view.endOfTurn(state, tablets, 1);
    assertThat(images).as("after a pause").isEmpty();
    view.endOfTurn(state, tablets, LATER);
    assertThat(images.remove().whole()).isTrue();
    answers.remove().accept(true);
    assertThat(told).containsExactly("one table");
  }

  @Test
  void droppedTableIsWrittenAsGone() {
    TableSpec table = create(1);
    view.endOfTurn(state, tablets, 0);
    answers.remove().accept(true);
    images.clear();
    change(new MetaChange.TableDropped(table));
    view.endOfTurn(state, tablets, 0);
    assertThat(images.remove().tables().get(1)).isEmpty();
  }

  /** A replica on a tablet that nobody hears of is not alive, and an election shows no leader. */
  @Test
  void deadReplicasAndElectionsShow() throws Exception {
    create(1);
    view.endOfTurn(state, tablets, 0);
    TableInfo table = TableInfo.parseFrom(images.remove().tables().get(1));
    assertThat(table.getTablePartition(0).getPartitionMetaList())
        .hasSize(1)
        .noneMatch(replica -> replica.getIsAlive() || replica.getIsLeader());
  }

  @Test
  void aChangedTableIsPublishedAnew() throws Exception {
    TableSpec table = create(1);
    view.endOfTurn(state, tablets, 0);
    images.clear();
    answers.remove().accept(true);
    TableSpec changed = table.withOptions(table.options().withReplicas(2));
    change(new MetaChange.TableChanged(changed, state.tableVersion(1)));
    view.endOfTurn(state, tablets, 0);
    assertThat(TableInfo.parseFrom(images.remove().tables().get(1)).getReplicaNum()).isEqualTo(2);
  }

  /** A client would read from a witness, and find nothing; operators are shown it. */
  @Test
  void witnessesAreNotPublished() {
    TableOptions options = TableOptions.defaults(2).withWitnesses(1);
    TableSpec table = new TableSpec(7, "d1", "t7", 1, options, new byte[0]);
    List<NodeId> placed =
        List.of(new NodeId("127.0.0.1:11"), new NodeId("127.0.0.1:12"), new NodeId("127.0.0.1:13"));
    change(new MetaChange.TableCreated(table));
    change(
        new MetaChange.PartitionCreated(
            PartitionRecord.created(new PartitionId(7, 0), placed, placed.subList(2, 3))));
    assertThat(
            TableInfos.published(table, state, tablets).getTablePartition(0).getPartitionMetaList())
        .extracting(PartitionMeta::getEndpoint)
        .containsExactly("127.0.0.1:11", "127.0.0.1:12");
    assertThat(
            TableInfos.described(
                    table,
                    state,
                    tablets,
                    id -> new PartitionCondition(Code.HEALTHY, "well", List.of()))
                .getTablePartition(0)
                .getPartitionMetaList())
        .filteredOn(PartitionMeta::getWitness)
        .extracting(PartitionMeta::getEndpoint)
        .containsExactly("127.0.0.1:13");
  }

  /** Whoever waits when leadership ends is not left waiting; late answers change nothing. */
  @Test
  void endOfLeadershipReleasesTheWaiting() {
    create(1);
    view.endOfTurn(state, tablets, 0);
    view.afterwards(() -> told.add("released"));
    view.deactivate();
    assertThat(told).containsExactly("released");
    view.onLoaded(5);
    answers.remove().accept(true);
    images.clear();
    view.endOfTurn(state, tablets, 0);
    assertThat(images.remove().epoch()).isEqualTo(5);
  }

  private TableSpec create(int tid) {
    TableSpec table = new TableSpec(tid, "d1", "t" + tid, 1, TableOptions.defaults(1), new byte[0]);
    change(new MetaChange.TableCreated(table));
    change(
        new MetaChange.PartitionCreated(
            PartitionRecord.created(new PartitionId(tid, 0), List.of(new NodeId("127.0.0.1:11")))));
    return table;
  }

  private void change(MetaChange change) {
    state.apply(change);
    view.onChanged(change);
  }

  /** A registry comes only with a controller. */
  private static TabletRegistry noTablets() {
    MetaStore store =
        new MetaStore() {
          @Override
          public void commit(MetaTransaction transaction) {}

          @Override
          public void load(long ticket) {}
        };
    ClusterListener listener =
        new ClusterListener() {
          @Override
          public void onLoaded(ClusterState state) {}

          @Override
          public void onChanged(MetaChange change) {}

          @Override
          public void onTabletChanged(TabletHealth tablet) {}
        };
    return new Controller(
            ControllerSettings.DEFAULTS, Mutants.NONE, store, (tablet, message) -> {}, listener)
        .tablets();
  }
}
