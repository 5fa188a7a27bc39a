package io.holdfast.architecture.planted.nameserver.state;

/** Wrong on purpose: a core with a thread of its own. */
public final class OwnsThread {
  Thread thread;
}
