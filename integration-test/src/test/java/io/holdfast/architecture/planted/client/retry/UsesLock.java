package io.holdfast.architecture.planted.client.retry;

import java.util.concurrent.locks.Lock;

/** Wrong on purpose: a core that knows of other threads. */
public final class UsesLock {
  Lock lock;
}
