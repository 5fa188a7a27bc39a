package io.holdfast.protocol.peer;

import java.util.concurrent.atomic.LongAdder;

/** What a transport has done since it was made. Thread-safe. */
public final class PeerCounters {
  final LongAdder batchesSent = new LongAdder();
  final LongAdder messagesSent = new LongAdder();
  final LongAdder batchesDropped = new LongAdder();
  final LongAdder messagesDropped = new LongAdder();
  final LongAdder batchesReceived = new LongAdder();
  final LongAdder messagesReceived = new LongAdder();
  final LongAdder messagesMalformed = new LongAdder();
  final LongAdder messagesUnknown = new LongAdder();
  final LongAdder batchesRefused = new LongAdder();

  PeerCounters() {}

  /** Batches that the client took; they may still be lost. */
  public long batchesSent() {
    return batchesSent.sum();
  }

  /** Messages in those batches. */
  public long messagesSent() {
    return messagesSent.sum();
  }

  /** Batches that the client did not take: no connection, or too much waits for that server. */
  public long batchesDropped() {
    return batchesDropped.sum();
  }

  /** Messages in those batches. */
  public long messagesDropped() {
    return messagesDropped.sum();
  }

  /** Batches that came from servers of this cluster. */
  public long batchesReceived() {
    return batchesReceived.sum();
  }

  /** Messages that were handed on. */
  public long messagesReceived() {
    return messagesReceived.sum();
  }

  /** Messages that were thrown away because they broke the rules of the wire. */
  public long messagesMalformed() {
    return messagesMalformed.sum();
  }

  /** Messages that were skipped because only a newer server knows their kind. */
  public long messagesUnknown() {
    return messagesUnknown.sum();
  }

  /** Batches for which the connection was closed: of another cluster, or without a proper head. */
  public long batchesRefused() {
    return batchesRefused.sum();
  }
}
