package io.holdfast.architecture.planted.sql;

import java.time.Instant;

/** Wrong on purpose: SQL whose now is not the caller's. */
public final class AsksTime {
  long now() {
    return Instant.now().toEpochMilli();
  }
}
