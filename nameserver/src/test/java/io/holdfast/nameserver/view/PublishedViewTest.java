package io.holdfast.nameserver.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
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
import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.CatchUp;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
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
  private static final NodeId FIRST = new NodeId("127.0.0.1:21");
  private static final NodeId SECOND = new NodeId("127.0.0.1:22");
  private static final ReplicaUid UID = new ReplicaUid(1, 1);
  private static final AddedColumn TIP = new AddedColumn("tip", DataType.kDouble.getNumber());

  private final Deque<ViewImage> images = new ArrayDeque<>();
  private final Deque<Consumer<Boolean>> answers = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private final ClusterState state = new ClusterState();
  private long reports;
  private final Controller controller = controller();
  private final TabletRegistry tablets = controller.tablets();
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

  /** A table that must not be seen empty is not written before it has its rows. */
  @Test
  void aTableIsHeldBackUntilItHasItsRows() {
    PublishedView careful =
        new PublishedView(
            (image, done) -> {
              images.add(image);
              answers.add(done);
            },
            table -> table.tid() == 1);
    careful.onLoaded(3);
    create(1);
    create(2);
    careful.onChanged(new MetaChange.TableCreated(state.table(1)));
    careful.onChanged(new MetaChange.TableCreated(state.table(2)));
    careful.endOfTurn(state, tablets, 0);
    assertThat(images.remove().tables()).as("a whole image").containsOnlyKeys(2);
    answers.remove().accept(true);

    careful.onChanged(new MetaChange.TableChanged(state.table(1), 0));
    careful.endOfTurn(state, tablets, 0);
    assertThat(images.remove().tables().get(1)).as("changed meanwhile").isEmpty();
    answers.remove().accept(true);

    careful.release(1);
    careful.endOfTurn(state, tablets, 0);
    assertThat(images.remove().tables().get(1)).isNotEmpty();
    answers.remove().accept(true);
    careful.release(1);
    careful.endOfTurn(state, tablets, 0);
    assertThat(images).as("nothing has changed").isEmpty();
  }

  /** What the nameserver before may have shown stays in sight. */
  @Test
  void nothingIsHeldBackThatWasThereBefore() {
    PublishedView careful =
        new PublishedView(
            (image, done) -> {
              images.add(image);
              answers.add(done);
            },
            table -> true);
    create(1);
    careful.onLoaded(4);
    careful.endOfTurn(state, tablets, 0);
    assertThat(images.remove().tables()).containsOnlyKeys(1);
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

  // ---- alterations

  /** A client that heard sooner would put rows that a leader has to refuse. */
  @Test
  void whatIsAddedIsShownWhenAllLeadersHaveIt() throws Exception {
    createLed(7);
    TableSpec altered = alter(7, state.table(7).alterations().with(TIP));
    altered =
        alter(
            7,
            altered
                .alterations()
                .withIndex("by_tip", 0, List.of(0), -1, TtlPolicy.NONE)
                .withTtl(List.of(0), new TtlPolicy(TtlPolicy.Kind.LATEST, 0, 3)));
    leads(FIRST, 7, 0, 0);
    leads(SECOND, 7, 1, altered.alterations().version());
    TableInfo before = shown(7);
    assertThat(before.getAddedColumnDescList()).isEmpty();
    assertThat(before.getSchemaVersionsList()).isEmpty();
    assertThat(before.getColumnKeyList()).isEmpty();
    assertThat(before.getTablePartition(0).getPartitionMeta(0).getIsLeader()).isTrue();

    leads(FIRST, 7, 0, altered.alterations().version());
    view.afterwards(() -> told.add("altered"));
    assertThat(told).as("it is not shown yet").isEmpty();
    TableInfo after = shown(7);
    assertThat(after.getAddedColumnDescList())
        .extracting(ColumnDesc::getName)
        .containsExactly("tip");
    assertThat(after.getColumnKeyList())
        .extracting(ColumnKey::getIndexName)
        .containsExactly("by_tip");
    assertThat(after.getColumnKey(0).getTtl().getLatTtl()).isEqualTo(3);
    assertThat(told).containsExactly("altered");
    view.endOfTurn(state, tablets, 0);
    assertThat(images).isEmpty();
  }

  /** What was shown once stays, and what goes is shown at once, whatever the leaders say. */
  @Test
  void whatWasShownStays() throws Exception {
    createLed(7);
    TableSpec altered = alter(7, state.table(7).alterations().with(TIP));
    leads(FIRST, 7, 0, 1);
    leads(SECOND, 7, 1, 1);
    assertThat(shown(7).getAddedColumnDescCount()).isEqualTo(1);
    controller.onTabletClosed(FIRST, 0);
    altered = alter(7, altered.alterations().with(new AddedColumn("note", TIP.dataType())));
    assertThat(shown(7).getAddedColumnDescList())
        .extracting(ColumnDesc::getName)
        .containsExactly("tip");
    view.onLoaded(4);
    assertThat(shown(7).getAddedColumnDescCount()).as("another nameserver").isEqualTo(2);
    alter(7, altered.alterations().withTtl(List.of(), TtlPolicy.NONE));
    assertThat(shown(7).getAddedColumnDescCount()).isEqualTo(2);
  }

  /** A table of two partitions, each with a leader of its own. */
  private void createLed(int tid) {
    change(
        new MetaChange.TableCreated(
            new TableSpec(tid, "d1", "t" + tid, 2, TableOptions.defaults(1), new byte[0])));
    List<NodeId> leaders = List.of(FIRST, SECOND);
    for (int pid = 0; pid < 2; pid++) {
      NodeId leader = leaders.get(pid);
      change(
          new MetaChange.PartitionCreated(
              new PartitionRecord(
                  new PartitionId(tid, pid),
                  1,
                  1,
                  Phase.LEAD,
                  leader,
                  1,
                  new MemberSet(List.of(new Member(leader, UID))),
                  List.of(),
                  0,
                  0)));
    }
    view.endOfTurn(state, tablets, 0);
    answers.remove().accept(true);
    images.clear();
  }

  private TableSpec alter(int tid, Alterations alterations) {
    TableSpec altered = state.table(tid).with(alterations);
    change(new MetaChange.TableChanged(altered, state.tableVersion(tid)));
    return altered;
  }

  /** A tablet says that it leads a partition, and which alterations it has. */
  private void leads(NodeId tablet, int tid, int pid, int version) {
    ReplicaStatus status =
        new ReplicaStatus(
            new PartitionId(tid, pid),
            UID,
            Role.LEADER,
            1,
            1,
            true,
            false,
            ReplicaFlags.NONE,
            1,
            1,
            1,
            0,
            0,
            CatchUp.NONE,
            0,
            0,
            version,
            0);
    controller.onMessage(
        tablet, new TabletReport(1, 0, 1, 0, List.of(status), Departure.NONE, ++reports), 0);
  }

  /** What is written for clients now. */
  private TableInfo shown(int tid) throws InvalidProtocolBufferException {
    view.endOfTurn(state, tablets, 0);
    answers.remove().accept(true);
    return TableInfo.parseFrom(images.remove().tables().get(tid));
  }

  /** A registry comes only with a controller. */
  private static Controller controller() {
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
        ControllerSettings.DEFAULTS, Mutants.NONE, store, (tablet, message) -> {}, listener);
  }
}
