package io.holdfast.jdbc.link;

import io.holdfast.client.discovery.DiscoveryException;
import io.holdfast.client.discovery.NameServerLocator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The nameservers among the servers of the URL; each refresh moves on to the next. Thread-safe. */
final class SeedNameServers implements NameServerLocator {
  private final Seeds seeds;
  private final AtomicInteger position = new AtomicInteger();

  SeedNameServers(Seeds seeds) {
    this.seeds = seeds;
  }

  @Override
  public CompletableFuture<String> active(boolean refresh) {
    // One that has answered is better than one that may be dead, and may be heard of any moment.
    return seeds.nameServerFound().thenCompose(found -> next(refresh));
  }

  private CompletableFuture<String> next(boolean refresh) {
    List<String> candidates = seeds.nameServers();
    if (candidates.isEmpty()) {
      return CompletableFuture.failedFuture(
          new DiscoveryException(
              DiscoveryException.Stage.LIST, "the URL names tablets only", null));
    }
    int index = refresh ? position.incrementAndGet() : position.get();
    return CompletableFuture.completedFuture(
        candidates.get(Math.floorMod(index, candidates.size())));
  }
}
