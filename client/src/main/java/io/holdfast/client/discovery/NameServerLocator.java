package io.holdfast.client.discovery;

import java.util.concurrent.CompletableFuture;

/** Knows which nameserver is active. Thread-safe. */
public interface NameServerLocator extends AutoCloseable {
  /**
   * The address of the nameserver to ask.
   *
   * @param refresh whether the last answer proved wrong
   * @return {@code host:port}; fails with a {@link DiscoveryException}
   */
  CompletableFuture<String> active(boolean refresh);

  /** Turns the endpoint that the cluster's metadata gives a server into the address to dial. */
  default String dialled(String endpoint) {
    return endpoint;
  }

  /** Calls the action after each change of the cluster's tables, as far as this can know of it. */
  default void onTableChange(Runnable action) {}

  @Override
  default void close() {}
}
