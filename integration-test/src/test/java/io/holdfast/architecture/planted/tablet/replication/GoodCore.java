package io.holdfast.architecture.planted.tablet.replication;

import io.holdfast.protocol.model.LogRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Right: values in, values out, chance only from a seed. No rule may object. */
public final class GoodCore {
  private final List<LogRecord> records = new ArrayList<>();
  private final Random random;

  GoodCore(long seed) {
    random = new Random(seed);
  }

  List<LogRecord> shuffled(LogRecord... more) {
    records.addAll(List.of(more));
    Collections.shuffle(records, random);
    return records.stream().filter(record -> record.term() > 0).toList();
  }

  String describe(int offset) {
    return "offset " + offset + " of " + records;
  }
}
