package io.holdfast.protocol.message;

/**
 * A message between servers. None is answered by the transport: it may be lost, doubled, delayed or
 * overtaken, and every sender repeats what matters until the state it wants is visible.
 */
public sealed interface Message permits ReplicationMessage, ControlMessage, ReportMessage {}
