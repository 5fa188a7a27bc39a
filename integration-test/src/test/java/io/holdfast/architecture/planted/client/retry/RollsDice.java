package io.holdfast.architecture.planted.client.retry;

import java.util.Random;

/** Wrong on purpose: a core whose chance cannot be replayed. */
public final class RollsDice {
  final Random random = new Random();
}
