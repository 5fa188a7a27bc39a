package io.holdfast.protocol.rpc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all connections of one server share. Thread-safe. */
final class ServerContext {
  final ServiceRegistry registry;
  final RpcServerSettings settings;

  /** Connections that are open. */
  final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();

  private final AtomicInteger connectionCount = new AtomicInteger();
  private final AtomicLong inFlightBytes = new AtomicLong();
  private volatile boolean closing;

  ServerContext(ServiceRegistry registry, RpcServerSettings settings) {
    this.registry = registry;
    this.settings = settings;
  }

  /** Takes a place for a connection; false when all are taken. */
  boolean admitConnection() {
    if (connectionCount.incrementAndGet() <= settings.maxConnections()) {
      return true;
    }
    connectionCount.decrementAndGet();
    return false;
  }

  void connectionGone() {
    connectionCount.decrementAndGet();
  }

  /** Counts bytes of unfinished work, negative ones when it is finished. */
  void addInFlightBytes(long bytes) {
    inFlightBytes.addAndGet(bytes);
  }

  /** Whether requests are to be refused because too much is unfinished. */
  boolean isOverloaded() {
    return inFlightBytes.get() > settings.maxServerInFlightBytes();
  }

  /** Bytes of unfinished work, for tests. */
  long inFlightBytes() {
    return inFlightBytes.get();
  }

  /** From now on requests are answered with {@link RpcErrorCode#SHUTTING_DOWN}. */
  void beginClosing() {
    closing = true;
  }

  boolean isClosing() {
    return closing;
  }
}
