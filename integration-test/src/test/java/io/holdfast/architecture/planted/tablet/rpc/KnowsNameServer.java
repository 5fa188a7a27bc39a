package io.holdfast.architecture.planted.tablet.rpc;

import io.holdfast.architecture.planted.nameserver.state.OwnsThread;

/** Wrong on purpose: the data plane reaches into the control plane. */
public final class KnowsNameServer {
  OwnsThread nameServer;
}
