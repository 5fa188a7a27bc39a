package io.holdfast.protocol.rpc;

import static io.holdfast.protocol.rpc.SettingsCheck.atLeast;

/**
 * The bounds of an {@link RpcServer}.
 *
 * @param maxFrameBytes largest request and answer, header included; also the largest HTTP body
 * @param maxInFlightRequests per connection: requests that are not answered yet, or whose answer
 *     the peer has not taken; at the bound the connection is not read
 * @param maxInFlightBytes per connection: bytes of those requests and answers; at the bound the
 *     connection is not read
 * @param maxServerInFlightBytes the same over all connections, with the bytes of incomplete
 *     requests; beyond it requests are answered with {@link RpcErrorCode#OVERLOADED} and not kept
 * @param maxConnections further ones are closed as soon as they are accepted
 * @param handshakeMillis how long a new connection may take until its first bytes tell the protocol
 * @param frameMillis how long one request may take from its first byte to its last
 * @param idleMillis how long a connection may have nothing to do
 * @param stallMillis how long a peer may take none of the bytes that wait for it
 * @param closeGraceMillis how long a closing server waits for requests in flight
 */
public record RpcServerSettings(
    int maxFrameBytes,
    int maxInFlightRequests,
    long maxInFlightBytes,
    long maxServerInFlightBytes,
    int maxConnections,
    long handshakeMillis,
    long frameMillis,
    long idleMillis,
    long stallMillis,
    long closeGraceMillis) {

  /** Checks that every bound is of use. */
  public RpcServerSettings {
    atLeast("maxFrameBytes", maxFrameBytes, 1024);
    atLeast("maxInFlightRequests", maxInFlightRequests, 1);
    atLeast("maxInFlightBytes", maxInFlightBytes, 1);
    // A lone frame of the allowed size must have room.
    atLeast("maxServerInFlightBytes", maxServerInFlightBytes, maxFrameBytes);
    atLeast("maxConnections", maxConnections, 1);
    atLeast("handshakeMillis", handshakeMillis, 1);
    atLeast("frameMillis", frameMillis, 1);
    atLeast("idleMillis", idleMillis, 1);
    atLeast("stallMillis", stallMillis, 1);
    atLeast("closeGraceMillis", closeGraceMillis, 0);
  }

  /** The defaults. */
  public static RpcServerSettings defaults() {
    return new RpcServerSettings(
        32 << 20, 4096, 64 << 20, 256 << 20, 4096, 10_000, 30_000, 600_000, 30_000, 5_000);
  }

  /** These settings with another largest frame. */
  public RpcServerSettings withMaxFrameBytes(int value) {
    return new RpcServerSettings(
        value,
        maxInFlightRequests,
        maxInFlightBytes,
        maxServerInFlightBytes,
        maxConnections,
        handshakeMillis,
        frameMillis,
        idleMillis,
        stallMillis,
        closeGraceMillis);
  }

  /** These settings with other bounds on unfinished work: per connection, and over all. */
  public RpcServerSettings withInFlight(
      int requestsPerConnection, long bytesPerConnection, long bytesPerServer) {
    return new RpcServerSettings(
        maxFrameBytes,
        requestsPerConnection,
        bytesPerConnection,
        bytesPerServer,
        maxConnections,
        handshakeMillis,
        frameMillis,
        idleMillis,
        stallMillis,
        closeGraceMillis);
  }

  /** These settings with another number of connections. */
  public RpcServerSettings withMaxConnections(int value) {
    return new RpcServerSettings(
        maxFrameBytes,
        maxInFlightRequests,
        maxInFlightBytes,
        maxServerInFlightBytes,
        value,
        handshakeMillis,
        frameMillis,
        idleMillis,
        stallMillis,
        closeGraceMillis);
  }

  /** These settings with other times, in milliseconds. */
  public RpcServerSettings withTimes(long handshake, long frame, long idle, long stall) {
    return new RpcServerSettings(
        maxFrameBytes,
        maxInFlightRequests,
        maxInFlightBytes,
        maxServerInFlightBytes,
        maxConnections,
        handshake,
        frame,
        idle,
        stall,
        closeGraceMillis);
  }

  /** These settings with another grace at closing, in milliseconds. */
  public RpcServerSettings withCloseGraceMillis(long value) {
    return new RpcServerSettings(
        maxFrameBytes,
        maxInFlightRequests,
        maxInFlightBytes,
        maxServerInFlightBytes,
        maxConnections,
        handshakeMillis,
        frameMillis,
        idleMillis,
        stallMillis,
        value);
  }
}
