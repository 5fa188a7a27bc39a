package io.holdfast.architecture.planted.tablet.replication;

import io.holdfast.common.loop.EventLoop;

/** Wrong on purpose: a core that knows the loop it runs on. */
public final class UsesLoop {
  EventLoop loop;
}
