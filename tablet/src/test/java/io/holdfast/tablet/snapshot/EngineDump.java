package io.holdfast.tablet.snapshot;

import io.holdfast.tablet.storage.ReadLimits;
import io.holdfast.tablet.storage.StorageEngine;
import io.holdfast.tablet.storage.TraverseCursor;
import io.holdfast.tablet.storage.TraverseResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Everything that an engine of {@code EngineFixture} holds, what is too old by age included. */
final class EngineDump {
  private EngineDump() {}

  static List<String> of(StorageEngine engine) {
    List<String> lines = new ArrayList<>();
    lines.add(
        engine.appliedOffset()
            + " at "
            + engine.logTimeMillis()
            + ", rows "
            + engine.rowCount()
            + ", bytes "
            + engine.rowBytes()
            + "+"
            + engine.overheadBytes());
    for (int index = 0; index < 3; index++) {
      lines.add("index " + index + " " + engine.keyCount(index) + " " + engine.entryCount(index));
      TraverseCursor cursor = null;
      do {
        TraverseResult page =
            engine.traverse(
                index, cursor, false, new ReadLimits(1000, 1 << 24), StorageEngine.NO_EXPIRY);
        for (TraverseResult.KeyedEntry entry : page.entries()) {
          lines.add(
              new String(entry.key(), StandardCharsets.UTF_8).hashCode()
                  + " "
                  + entry.entry().ts()
                  + " "
                  + entry.entry().offset()
                  + " "
                  + Arrays.hashCode(entry.entry().value()));
        }
        cursor = page.next().orElse(null);
      } while (cursor != null);
    }
    return lines;
  }
}
