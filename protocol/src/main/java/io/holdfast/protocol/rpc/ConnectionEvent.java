package io.holdfast.protocol.rpc;

/** What happened to a client's connection to an endpoint. */
public enum ConnectionEvent {
  /** A connection was made: a process listens there. */
  CONNECTED,
  /** A connection that was made is gone: the process has died, or either side has closed it. */
  CLOSED,
  /** The machine answered that nobody listens there. Given once per attempt. */
  REFUSED
}
