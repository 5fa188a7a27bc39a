package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.AddedIndex;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is known of indexes that were added, seen from above. */
final class FillTruth {
  private final Map<PartitionId, Integer> filled = new TreeMap<>();

  /** A replica has all its rows found by the added indexes of this version of the alterations. */
  void onFilled(PartitionId partition, int version) {
    filled.merge(partition, version, Math::max);
  }

  /**
   * 27: an index that can be asked finds the rows of every partition.
   *
   * <p>Rows that are found once stay found, whoever leads later: they were committed where they are
   * looked for.
   */
  void onTable(TableSpec before, TableSpec after) {
    List<AddedIndex> indexes = after.alterations().indexes();
    for (int number = 0; number < indexes.size(); number++) {
      AddedIndex index = indexes.get(number);
      List<AddedIndex> old = before.alterations().indexes();
      boolean isNews = number >= old.size() || !old.get(number).filled();
      for (int pid = 0; isNews && index.filled() && pid < after.partitions(); pid++) {
        PartitionId partition = new PartitionId(after.tid(), pid);
        int have = filled.getOrDefault(partition, 0);
        if (have < index.since()) {
          throw new Violation(
              "27 an index that can be asked finds every row",
              "index "
                  + index
                  + " is called filled, and partition "
                  + partition
                  + " has filled those of version "
                  + have);
        }
      }
    }
  }
}
