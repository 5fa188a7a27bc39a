package io.holdfast.client.discovery;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Nameservers that the caller listed; each refresh moves on to the next one. Thread-safe. */
public final class FixedNameServers implements NameServerLocator {
  private final List<String> endpoints;
  private final AtomicInteger position = new AtomicInteger();

  /**
   * @param endpoints {@code host:port}, separated by commas
   * @throws IllegalArgumentException when one of them has another form, or there is none
   */
  public FixedNameServers(String endpoints) {
    this.endpoints = Endpoints.list(endpoints);
  }

  @Override
  public CompletableFuture<String> active(boolean refresh) {
    int index = refresh ? position.incrementAndGet() : position.get();
    return CompletableFuture.completedFuture(endpoints.get(Math.floorMod(index, endpoints.size())));
  }
}
