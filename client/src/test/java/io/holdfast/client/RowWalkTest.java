package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.holdfast.client.row.RowPairs;
import io.holdfast.protocol.openmldb.tablet.ScanRequest;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.tablet.TraverseRequest;
import io.holdfast.protocol.openmldb.tablet.TraverseResponse;
import io.holdfast.protocol.rpc.RpcException;
import io.holdfast.protocol.rpc.RpcException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Walks over all rows of a key and of a table, in pages, from wherever they were left. */
class RowWalkTest {
  /** A row of a pretended tablet. */
  private record Stored(String key, long ts, String value) {}

  private final ScriptedRpc rpc = new ScriptedRpc();
  private final ManualTime time = new ManualTime();
  private final TableClient table = LedTable.client(rpc, time).table("db", "t");

  /** In the tablets' order: by key, and of a key the newest first. */
  private final List<List<Stored>> partitions = new ArrayList<>();

  @Test
  void allRowsOfAKeyComeInPages() {
    cluster("a:1");
    versions("k", LongStream.rangeClosed(1, 1_234).map(i -> 2_000 - i).toArray());

    List<String> all = values(table.walk(ReadKey.of("k"), 0, 0));

    assertThat(all).isEqualTo(values(partitions.get(0)));
    assertThat(rpc.endpointsOf("Scan")).hasSize(3);
  }

  @Test
  void rowsOfOneTimeAreNeitherLeftOutNorDoubledBetweenPages() {
    cluster("a:1");
    versions("k", 9, 7, 7, 7, 7, 7, 5, 5, 3);
    for (int rows = 1; rows <= 10; rows++) {
      assertThat(values(table.walk(ReadKey.of("k"), 0, 0).pageRows(rows)))
          .as("pages of %s", rows)
          .isEqualTo(values(partitions.get(0)));
    }
    assertThat(values(table.walk(ReadKey.of("k"), 7, 3).pageRows(2)))
        .isEqualTo(values(partitions.get(0)).subList(1, 8));
  }

  @Test
  void aWholeTableIsWalkedPartitionByPartition() {
    cluster("a:1", "b:1", "a:1");
    versions("a", 5, 5, 4);
    versions("b", 7, 6);
    partitions.add(new ArrayList<>());
    partitions.add(new ArrayList<>(List.of(new Stored("c", 1, "c"), new Stored("d", 1, "d"))));
    List<String> expected = new ArrayList<>();
    partitions.forEach(partition -> expected.addAll(values(partition)));

    for (int rows = 1; rows <= 4; rows++) {
      assertThat(values(table.walk().pageRows(rows))).as("pages of %s", rows).isEqualTo(expected);
    }
  }

  /** Wherever a walk is left, another one goes on there, and nothing is missed or doubled. */
  @Test
  void aWalkGoesOnFromACursor() {
    cluster("a:1", "b:1");
    versions("a", 5, 5, 5, 4);
    versions("b", 7);
    partitions.add(new ArrayList<>(List.of(new Stored("c", 1, "c1"), new Stored("c", 1, "c2"))));
    List<String> expected = values(table.walk());
    assertThat(expected).hasSize(7);

    for (int left = 0; left <= expected.size(); left++) {
      RowIterator first = table.walk().pageRows(2).iterator();
      List<String> all = new ArrayList<>();
      for (int i = 0; i < left; i++) {
        all.add(value(first.next()));
      }
      all.addAll(values(table.walk().pageRows(3).from(first.cursor())));
      assertThat(all).as("left after %s", left).isEqualTo(expected);
    }
  }

  @Test
  void aCursorAmongTheRowsOfAKeyIsOfThatKey() {
    cluster("a:1");
    versions("a", 5, 5, 4);
    RowIterator rows = table.walk(ReadKey.of("a"), 0, 0).pageRows(2).iterator();
    rows.next();
    assertThat(rows.cursor()).isEqualTo(new RowCursor(RowCursor.Kind.KEY, "", 0, "a", 5, 1));
    assertThat(values(table.walk(ReadKey.of("a"), 0, 0).from(rows.cursor())))
        .containsExactly("a1", "a2");
    assertThatThrownBy(() -> table.walk(ReadKey.of("b"), 0, 0).from(rows.cursor()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /**
   * A row that a page ended with goes before the next page: the rows below it come all the same.
   */
  @Test
  void aRowThatIsDeletedBetweenPagesTakesNoOtherWithIt() {
    cluster("a:1");
    versions("k", 5, 4, 3, 2, 1);
    RowIterator rows = table.walk(ReadKey.of("k"), 0, 0).pageRows(2).iterator();
    List<String> all = new ArrayList<>(List.of(value(rows.next()), value(rows.next())));
    partitions.get(0).removeIf(row -> row.ts() == 4);

    rows.forEachRemaining(row -> all.add(value(row)));

    assertThat(all).containsExactly("k0", "k1", "k2", "k3", "k4");
  }

  /** A cursor is of one walk, and is refused by others. */
  @Test
  void aCursorOfAnotherWalkIsRefused() {
    cluster("a:1");
    versions("a", 5, 5, 4);
    RowIterator rows = table.walk(ReadKey.of("a"), 0, 0).iterator();
    rows.next();
    RowCursor ofKey = rows.cursor();
    RowIterator whole = table.walk().iterator();
    whole.next();

    for (RowWalk other : List.of(table.walk(), table.walk(new ReadKey("a", "second"), 0, 0))) {
      assertThatThrownBy(() -> other.from(ofKey))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not a place in this walk");
    }
    assertThatThrownBy(() -> table.walk(ReadKey.of("a"), 0, 0).from(whole.cursor()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(values(table.walk(ReadKey.of("a"), 0, 0).from(ofKey))).hasSize(2);
    assertThat(values(table.walk().from(whole.cursor()))).hasSize(2);
  }

  /** A walk gives rows of its times only, wherever it is gone on with. */
  @Test
  void aPlaceOutsideOfTheTimesOfAWalkDoesNotWidenIt() {
    cluster("a:1");
    versions("a", 9, 8, 7, 5, 3, 1);
    RowCursor above = new RowCursor(RowCursor.Kind.KEY, "", 0, "a", 9, 1);
    RowCursor below = new RowCursor(RowCursor.Kind.KEY, "", 0, "a", 3, 1);

    assertThat(values(table.walk(ReadKey.of("a"), 7, 3).from(above))).containsExactly("a2", "a3");
    assertThat(values(table.walk(ReadKey.of("a"), 7, 3).from(below))).isEmpty();
    assertThat(values(table.walk(ReadKey.of("a"), 7, 0).from(below))).containsExactly("a5");
  }

  /** The leader changes between two pages: the next one comes from the new one. */
  @Test
  void aWalkFollowsTheLeader() {
    cluster("a:1");
    versions("k", 5, 4, 3, 2, 1);
    rpc.compute("b:1", "Scan", request -> scan((ScanRequest) request));
    RowIterator rows = table.walk(ReadKey.of("k"), 0, 0).pageRows(2).iterator();
    List<String> all = new ArrayList<>(List.of(value(rows.next()), value(rows.next())));
    leaderIsGone = true;

    rows.forEachRemaining(row -> all.add(value(row)));

    assertThat(all).isEqualTo(values(partitions.get(0)));
    assertThat(rpc.endpointsOf("Scan")).contains("b:1");
  }

  private boolean leaderIsGone;

  /** A page that cannot be had is not the end: asking again goes on. */
  @Test
  void anIteratorThatFailedGoesOnWhereItWas() {
    cluster("a:1");
    versions("k", 3, 2, 1);
    RowIterator rows = table.walk(ReadKey.of("k"), 0, 0).pageRows(1).iterator();
    assertThat(value(rows.next())).isEqualTo("k0");
    down = true;
    assertThatThrownBy(rows::hasNext).isInstanceOf(UnavailableException.class);
    down = false;
    assertThat(value(rows.next())).isEqualTo("k1");
    rows.close();
    assertThat(rows.hasNext()).isFalse();
  }

  private boolean down;

  @Test
  void nothingIsAskedBeforeARowIsWanted() {
    cluster("a:1");
    versions("k", 1);
    RowIterator rows = table.walk(ReadKey.of("k"), 0, 0).iterator();
    Collector subscriber = new Collector();
    table.walk().publisher().subscribe(subscriber);
    assertThat(rpc.calls()).isEmpty();
    assertThat(rows.hasNext()).isTrue();
    assertThat(subscriber.values).isEmpty();
  }

  // ---- publisher

  @Test
  void asManyRowsComeAsWereAskedFor() {
    cluster("a:1");
    versions("k", LongStream.rangeClosed(1, 10).map(i -> 20 - i).toArray());
    Collector subscriber = new Collector();
    table.walk(ReadKey.of("k"), 0, 0).pageRows(4).publisher().subscribe(subscriber);

    subscriber.subscription.request(3);
    assertThat(subscriber.values).containsExactly("k0", "k1", "k2");
    assertThat(rpc.endpointsOf("Scan")).hasSize(1);
    subscriber.subscription.request(2);
    assertThat(subscriber.values).hasSize(5);
    assertThat(rpc.endpointsOf("Scan")).hasSize(2);
    assertThat(subscriber.completed).isFalse();
    subscriber.subscription.request(Long.MAX_VALUE);
    subscriber.subscription.request(Long.MAX_VALUE);
    assertThat(subscriber.values).isEqualTo(values(partitions.get(0)));
    assertThat(subscriber.completed).isTrue();
  }

  /** One row at a time, asked for from within the signal: no stack is used up. */
  @Test
  void aSubscriberMayAskFromWithinASignal() {
    cluster("a:1");
    versions("k", LongStream.rangeClosed(1, 20_000).map(i -> 30_000 - i).toArray());
    Collector subscriber = new Collector();
    subscriber.oneByOne = true;
    table.walk(ReadKey.of("k"), 0, 0).pageRows(1_000).publisher().subscribe(subscriber);

    assertThat(subscriber.values).hasSize(20_000);
    assertThat(subscriber.completed).isTrue();
  }

  @Test
  void aCancelledSubscriberHearsNothingMore() {
    cluster("a:1");
    versions("k", 3, 2, 1);
    Collector subscriber = new Collector();
    subscriber.cancelAfter = 2;
    table.walk(ReadKey.of("k"), 0, 0).publisher().subscribe(subscriber);
    subscriber.subscription.request(Long.MAX_VALUE);
    assertThat(subscriber.values).hasSize(2);
    assertThat(subscriber.completed).isFalse();
    assertThat(subscriber.failure).isNull();
  }

  @Test
  void aFailureIsTold() {
    cluster("a:1");
    versions("k", 3, 2, 1);
    down = true;
    Collector subscriber = new Collector();
    table.walk(ReadKey.of("k"), 0, 0).publisher().subscribe(subscriber);
    subscriber.subscription.request(1);
    assertThat(subscriber.failure).isInstanceOf(UnavailableException.class);
    Collector wrong = new Collector();
    table.walk(ReadKey.of("k"), 0, 0).publisher().subscribe(wrong);
    wrong.subscription.request(0);
    assertThat(wrong.failure).isInstanceOf(IllegalArgumentException.class);
  }

  /** Takes what comes. */
  private static final class Collector implements Flow.Subscriber<RowPairs.Entry> {
    final List<String> values = new ArrayList<>();
    Flow.Subscription subscription;
    boolean oneByOne;
    int cancelAfter = -1;
    boolean completed;
    Throwable failure;

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      if (oneByOne) {
        subscription.request(1);
      }
    }

    @Override
    public void onNext(RowPairs.Entry row) {
      values.add(value(row));
      if (oneByOne) {
        subscription.request(1);
      }
      if (values.size() == cancelAfter) {
        subscription.cancel();
      }
    }

    @Override
    public void onError(Throwable cause) {
      failure = cause;
    }

    @Override
    public void onComplete() {
      completed = true;
    }
  }

  // ---- the pretended cluster

  private void versions(String key, long... times) {
    List<Stored> rows = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      rows.add(new Stored(key, times[i], key + i));
    }
    if (partitions.isEmpty()) {
      partitions.add(rows);
    } else {
      partitions.get(0).addAll(rows);
    }
  }

  private static String value(RowPairs.Entry row) {
    return new String(row.row(), StandardCharsets.UTF_8);
  }

  private static List<String> values(Iterable<RowPairs.Entry> rows) {
    List<String> all = new ArrayList<>();
    rows.forEach(row -> all.add(value(row)));
    return all;
  }

  private static List<String> values(List<Stored> rows) {
    return rows.stream().map(Stored::value).toList();
  }

  private Message scan(ScanRequest request) {
    List<Stored> inRange =
        partitions.get(request.getPid()).stream()
            .filter(row -> row.key().equals(request.getPk()))
            .filter(row -> request.getSt() == 0 || row.ts() <= request.getSt())
            .filter(row -> row.ts() > request.getEt())
            .toList();
    long skippable =
        request.getSkipAtStOnly()
            ? inRange.stream().filter(row -> row.ts() == request.getSt()).count()
            : inRange.size();
    List<Stored> found =
        inRange.stream()
            .skip(Math.min(request.getSkipRecordNum(), skippable))
            .limit(request.getLimit())
            .toList();
    return ScanResponse.newBuilder()
        .setCode(0)
        .setPairs(pairs(found, false))
        .setIsFinish(true)
        .build();
  }

  private Message traverse(TraverseRequest request) {
    List<Stored> rows = partitions.get(request.getPid());
    int begin = 0;
    if (request.hasPk()) {
      int seen = 0;
      for (int i = 0; i < rows.size(); i++) {
        Stored row = rows.get(i);
        if (row.key().equals(request.getPk()) && row.ts() == request.getTs()) {
          seen++;
          begin = seen <= request.getTsPos() ? i + 1 : begin;
        }
      }
    }
    int end = Math.min(rows.size(), begin + request.getLimit());
    TraverseResponse.Builder answer =
        TraverseResponse.newBuilder()
            .setCode(0)
            .setPairs(pairs(rows.subList(begin, end), true))
            .setIsFinish(end == rows.size());
    if (end < rows.size()) {
      Stored last = rows.get(end - 1);
      long seen =
          rows.subList(0, end).stream()
              .filter(row -> row.key().equals(last.key()) && row.ts() == last.ts())
              .count();
      answer.setPk(last.key()).setTs(last.ts()).setTsPos((int) seen);
    }
    return answer.build();
  }

  private static ByteString pairs(List<Stored> rows, boolean withKeys) {
    ByteBuffer out = ByteBuffer.allocate(64 * rows.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (Stored row : rows) {
      byte[] key = row.key().getBytes(StandardCharsets.UTF_8);
      byte[] value = row.value().getBytes(StandardCharsets.UTF_8);
      out.putInt(Long.BYTES + value.length + (withKeys ? key.length : 0));
      if (withKeys) {
        out.putInt(key.length);
      }
      out.putLong(row.ts());
      if (withKeys) {
        out.put(key);
      }
      out.put(value);
    }
    return ByteString.copyFrom(out.flip());
  }

  private CompletableFuture<Message> answer(Message answer) {
    return down
        ? CompletableFuture.failedFuture(new RpcException(Kind.NOT_CONNECTED, "a:1", "is down"))
        : CompletableFuture.completedFuture(answer);
  }

  private void cluster(String... leaders) {
    for (String leader : List.of(leaders)) {
      rpc.rule(
          leader,
          "Scan",
          request ->
              leaderIsGone
                  ? CompletableFuture.completedFuture(
                      ScanResponse.newBuilder().setCode(103).setLeader("b:1").build())
                  : answer(scan((ScanRequest) request)));
      rpc.rule(leader, "Traverse", request -> answer(traverse((TraverseRequest) request)));
    }
    LedTable.show(rpc, LedTable.ledBy(leaders));
  }
}
