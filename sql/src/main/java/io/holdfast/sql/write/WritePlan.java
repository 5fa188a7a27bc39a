package io.holdfast.sql.write;

import io.holdfast.sql.catalog.TableView;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The requests that a write comes down to. Whoever has connections sends each to the leader of its
 * partition; they are in the order of the statement's rows.
 */
public sealed interface WritePlan {

  /** The table that is written. */
  TableView table();

  /**
   * A key under an index.
   *
   * @param index position in the table's schema
   */
  record Dimension(int index, String key) {}

  /**
   * A Put of one row to one partition; a row has one for each partition that its keys lead to.
   *
   * @param row number of the row in the statement, from 0
   * @param value the encoded row; must not be changed
   */
  record Put(int partition, int row, byte[] value, List<Dimension> dimensions) {
    public Put {
      dimensions = List.copyOf(dimensions);
    }
  }

  /**
   * INSERT.
   *
   * @param ignoreExisting put_if_absent
   * @param timeMillis PutRequest.time: the entry's time in indexes without a ts column
   * @param rows how many rows the statement has
   */
  record Insert(TableView table, boolean ignoreExisting, long timeMillis, int rows, List<Put> puts)
      implements WritePlan {
    public Insert {
      puts = List.copyOf(puts);
    }
  }

  /**
   * DELETE: the entries of the key, or of all keys, whose time is in the range.
   *
   * @param partitions where to send it: the key's partition, or all
   * @param key empty for all keys
   * @param tsColumn name of the column that the range is of; empty when there is no range
   * @param newest DeleteRequest.ts: the greatest time, included; empty for no bound
   * @param before DeleteRequest.end_ts: only greater times; empty for no bound
   */
  record Delete(
      TableView table,
      List<Integer> partitions,
      Optional<Dimension> key,
      Optional<String> tsColumn,
      OptionalLong newest,
      OptionalLong before)
      implements WritePlan {
    public Delete {
      partitions = List.copyOf(partitions);
      Objects.requireNonNull(key);
      Objects.requireNonNull(tsColumn);
      Objects.requireNonNull(newest);
      Objects.requireNonNull(before);
    }
  }
}
