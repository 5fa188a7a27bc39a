package io.holdfast.client.discovery;

import java.util.ArrayList;
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
    this.endpoints = split(endpoints);
  }

  @Override
  public CompletableFuture<String> active(boolean refresh) {
    int index = refresh ? position.incrementAndGet() : position.get();
    return CompletableFuture.completedFuture(endpoints.get(Math.floorMod(index, endpoints.size())));
  }

  private static List<String> split(String text) {
    List<String> result = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String endpoint = part.strip();
      if (!endpoint.isEmpty()) {
        result.add(Endpoints.checked(endpoint));
      }
    }
    if (result.isEmpty()) {
      throw new IllegalArgumentException("no nameserver given");
    }
    return List.copyOf(result);
  }
}
