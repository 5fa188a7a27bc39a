package io.holdfast.architecture.planted.nameserver.control;

import io.holdfast.architecture.planted.tablet.rpc.UsesNetty;

/** Wrong on purpose: the control plane reaches into the data plane. */
public final class KnowsTablet {
  UsesNetty tablet;
}
