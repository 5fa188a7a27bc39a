package io.holdfast.jdbc.link;

import io.holdfast.client.call.NameServerCalls;
import io.holdfast.client.discovery.NameServerLocator;
import io.holdfast.client.discovery.Seeds;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletResponse;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The tablets that queries can be sent to: those of the URL, and those that the nameserver knows.
 * They take turns; one that failed is passed over for a second if there is another. Thread-safe;
 * never blocks.
 */
final class Tablets {
  private static final long SUSPECT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final String HEALTHY = "kHealthy";

  private final Seeds seeds;
  private final NameServerLocator locator;
  private final Supplier<NameServerCalls> nameServers;
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicReference<CompletableFuture<Void>> refreshing = new AtomicReference<>();
  private final Map<String, Long> suspectUntil = new ConcurrentHashMap<>();
  private volatile List<String> told = List.of();
  private volatile long toldNanos;

  /**
   * @param nameServers gives null when there is no nameserver to ask
   */
  Tablets(Seeds seeds, NameServerLocator locator, Supplier<NameServerCalls> nameServers) {
    this.seeds = seeds;
    this.locator = locator;
    this.nameServers = nameServers;
  }

  /**
   * The next tablet.
   *
   * @param preferred taken if it is known and has not failed just now; empty for whose turn it is
   * @return empty text when none is known
   */
  CompletableFuture<String> next(String preferred) {
    if (known().isEmpty()) {
      return refresh().thenApply(done -> pick(preferred));
    }
    if (System.nanoTime() - toldNanos > FRESH_NANOS) {
      // The tablets at hand will do for this time.
      CompletableFuture<Void> ignored = refresh();
    }
    return CompletableFuture.completedFuture(pick(preferred));
  }

  /** Passes a tablet over for a while, and asks whether there are others by now. */
  void failed(String endpoint) {
    suspectUntil.put(endpoint, System.nanoTime() + SUSPECT_NANOS);
    CompletableFuture<Void> ignored = refresh();
  }

  /** Asks the nameserver, unless somebody is asking already. */
  CompletableFuture<Void> refresh() {
    NameServerCalls calls = nameServers.get();
    if (calls == null) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> other = refreshing.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    calls
        .call(
            "ShowTablet",
            ShowTabletRequest.getDefaultInstance(),
            ShowTabletResponse.getDefaultInstance(),
            OperationKind.READ)
        .whenComplete(
            (answer, failure) -> {
              if (failure == null && answer.getCode() == 0) {
                told = healthy(answer);
                toldNanos = System.nanoTime();
              }
              refreshing.set(null);
              // Without an answer, the tablets known so far are tried.
              mine.complete(null);
            });
    return mine;
  }

  private List<String> healthy(ShowTabletResponse answer) {
    return answer.getTabletsList().stream()
        .filter(tablet -> tablet.getState().equals(HEALTHY))
        .map(TabletStatus::getEndpoint)
        .map(locator::dialled)
        .toList();
  }

  private Set<String> known() {
    Set<String> all = new LinkedHashSet<>(told);
    all.addAll(seeds.tablets());
    return all;
  }

  private String pick(String preferred) {
    List<String> all = new ArrayList<>(known());
    if (all.isEmpty()) {
      return "";
    }
    if (all.contains(preferred) && !isSuspect(preferred)) {
      return preferred;
    }
    int start = turn.getAndIncrement();
    String first = all.get(Math.floorMod(start, all.size()));
    for (int i = 0; i < all.size(); i++) {
      String candidate = all.get(Math.floorMod(start + i, all.size()));
      if (!isSuspect(candidate)) {
        return candidate;
      }
    }
    return first;
  }

  private boolean isSuspect(String endpoint) {
    Long until = suspectUntil.get(endpoint);
    if (until != null && until - System.nanoTime() <= 0) {
      suspectUntil.remove(endpoint, until);
      return false;
    }
    return until != null;
  }
}
