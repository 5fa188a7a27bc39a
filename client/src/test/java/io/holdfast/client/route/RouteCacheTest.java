package io.holdfast.client.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RouteCacheTest {
  private final List<CompletableFuture<Optional<TableInfo>>> asked = new ArrayList<>();
  private final RouteCache cache =
      new RouteCache(
          (database, table) -> {
            CompletableFuture<Optional<TableInfo>> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
          });

  /** Shows that many who ask at once share one question, and later ones the memory. */
  @Test
  void oneQuestionIsUnderWayAtMost() {
    CompletableFuture<Optional<TableRoute>> first = cache.get("db", "t");
    CompletableFuture<Optional<TableRoute>> second = cache.get("db", "t");
    assertThat(asked).hasSize(1);
    asked.get(0).complete(Optional.of(table("a:1")));
    assertThat(leader(first)).isEqualTo("a:1");
    assertThat(leader(second)).isEqualTo("a:1");
    assertThat(leader(cache.get("db", "t"))).isEqualTo("a:1");
    assertThat(asked).hasSize(1);
  }

  /** Shows that many who found the same route wrong cause one refresh. */
  @Test
  void refreshIsSharedAndUsedByLateComers() {
    TableRoute old = known("a:1");
    CompletableFuture<Optional<TableRoute>> first = cache.refresh("db", "t", old);
    CompletableFuture<Optional<TableRoute>> second = cache.refresh("db", "t", old);
    assertThat(asked).hasSize(2);
    asked.get(1).complete(Optional.of(table("b:1")));
    assertThat(leader(first)).isEqualTo("b:1");
    assertThat(leader(second)).isEqualTo("b:1");
    assertThat(leader(cache.refresh("db", "t", old))).isEqualTo("b:1");
    assertThat(asked).hasSize(2);
  }

  /** Shows that after a change the old route serves until the new one is there. */
  @Test
  void oldRouteServesWhileTheNewOneIsFetched() {
    known("a:1");
    cache.invalidateAll();
    assertThat(leader(cache.get("db", "t"))).isEqualTo("a:1");
    assertThat(asked).hasSize(2);
    asked.get(1).complete(Optional.of(table("b:1")));
    assertThat(leader(cache.get("db", "t"))).isEqualTo("b:1");
    assertThat(asked).hasSize(2);
  }

  /** Shows that an answer from before a change does not pass for one from after it. */
  @Test
  void answerFromBeforeAChangeIsNotTrusted() {
    CompletableFuture<Optional<TableRoute>> early = cache.get("db", "t");
    cache.invalidateAll();
    asked.get(0).complete(Optional.of(table("a:1")));
    assertThat(leader(early)).isEqualTo("a:1");
    assertThat(leader(cache.get("db", "t"))).isEqualTo("a:1");
    assertThat(asked).hasSize(2);
  }

  /** Shows that a tablet's hint changes one partition, and is remembered. */
  @Test
  void hintIsRemembered() {
    TableRoute route = known("a:1");
    assertThat(cache.follow("db", "t", route, 0, "c:1").leader(0)).contains("c:1");
    assertThat(leader(cache.get("db", "t"))).isEqualTo("c:1");
    assertThat(route.leader(0)).contains("a:1");
  }

  /** Shows that a failure is not remembered, and that a dropped table is forgotten. */
  @Test
  void failuresAreNotRemembered() {
    CompletableFuture<Optional<TableRoute>> failed = cache.get("db", "t");
    asked.get(0).completeExceptionally(new IllegalStateException("no nameserver"));
    assertThat(failed).isCompletedExceptionally();
    TableRoute route = known("a:1");
    CompletableFuture<Optional<TableRoute>> gone = cache.refresh("db", "t", route);
    asked.get(asked.size() - 1).complete(Optional.empty());
    assertThat(gone.join()).isEmpty();
    assertThat(cache.get("db", "t")).isNotDone();
  }

  /** Shows that a leader that is not alive is none. */
  @Test
  void deadLeaderIsNone() {
    CompletableFuture<Optional<TableRoute>> route = cache.get("db", "t");
    TableInfo table =
        TableInfo.newBuilder()
            .setPartitionNum(2)
            .addTablePartition(
                TablePartition.newBuilder()
                    .setPid(0)
                    .addPartitionMeta(
                        PartitionMeta.newBuilder()
                            .setEndpoint("a:1")
                            .setIsLeader(true)
                            .setIsAlive(false))
                    .addPartitionMeta(
                        PartitionMeta.newBuilder().setEndpoint("b:1").setIsLeader(false)))
            .build();
    asked.get(0).complete(Optional.of(table));
    assertThat(route.join().orElseThrow().leader(0)).isEmpty();
    assertThat(route.join().orElseThrow().leader(1)).isEmpty();
    assertThat(route.join().orElseThrow().partitionCount()).isEqualTo(2);
  }

  private TableRoute known(String leader) {
    CompletableFuture<Optional<TableRoute>> route = cache.get("db", "t");
    asked.get(asked.size() - 1).complete(Optional.of(table(leader)));
    return route.join().orElseThrow();
  }

  private static String leader(CompletableFuture<Optional<TableRoute>> route) {
    return route.join().orElseThrow().leader(0).orElse("none");
  }

  private static TableInfo table(String leader) {
    return TableInfo.newBuilder()
        .setName("t")
        .setDb("db")
        .setTid(1)
        .setPartitionNum(1)
        .addTablePartition(
            TablePartition.newBuilder()
                .setPid(0)
                .addPartitionMeta(PartitionMeta.newBuilder().setEndpoint(leader).setIsLeader(true)))
        .build();
  }
}
