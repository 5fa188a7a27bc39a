package io.holdfast.protocol.rpc;

import static io.holdfast.protocol.rpc.SettingsCheck.atLeast;

/**
 * The bounds of an {@link RpcClient}.
 *
 * @param maxFrameBytes largest request and answer, header included
 * @param maxInFlightRequests per endpoint: calls without an answer plus messages not yet written
 * @param maxInFlightBytes per endpoint: bytes of those requests
 * @param connectMillis how long making a connection may take, name lookup included
 * @param maxBackOffMillis longest pause between two attempts to connect; calls made in it fail at
 *     once
 * @param stallMillis how long a peer may take none of the bytes that wait for it before the
 *     connection is given up
 */
public record RpcClientSettings(
    int maxFrameBytes,
    int maxInFlightRequests,
    long maxInFlightBytes,
    long connectMillis,
    long maxBackOffMillis,
    long stallMillis) {

  /** Checks that every bound is of use. */
  public RpcClientSettings {
    atLeast("maxFrameBytes", maxFrameBytes, 1024);
    atLeast("maxInFlightRequests", maxInFlightRequests, 1);
    atLeast("maxInFlightBytes", maxInFlightBytes, maxFrameBytes);
    atLeast("connectMillis", connectMillis, 1);
    atLeast("maxBackOffMillis", maxBackOffMillis, 0);
    atLeast("stallMillis", stallMillis, 1);
  }

  /** The defaults. */
  public static RpcClientSettings defaults() {
    return new RpcClientSettings(32 << 20, 8192, 64 << 20, 2_000, 200, 30_000);
  }

  /** These settings with another largest frame. */
  public RpcClientSettings withMaxFrameBytes(int value) {
    return new RpcClientSettings(
        value, maxInFlightRequests, maxInFlightBytes, connectMillis, maxBackOffMillis, stallMillis);
  }

  /** These settings with other bounds on unfinished work per endpoint. */
  public RpcClientSettings withInFlight(int requests, long bytes) {
    return new RpcClientSettings(
        maxFrameBytes, requests, bytes, connectMillis, maxBackOffMillis, stallMillis);
  }

  /** These settings with other times, in milliseconds. */
  public RpcClientSettings withTimes(long connect, long maxBackOff, long stall) {
    return new RpcClientSettings(
        maxFrameBytes, maxInFlightRequests, maxInFlightBytes, connect, maxBackOff, stall);
  }
}
