package io.holdfast.architecture.planted.tablet.rpc;

import io.holdfast.architecture.planted.client.retry.UsesLock;

/** Wrong on purpose: a server that is a client of its own cluster. */
public final class KnowsClient {
  UsesLock client;
}
