package io.holdfast.tablet.rpc;

import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.row.TableSchema;
import java.util.function.BiConsumer;

/** Deletes rows with their entries in all partitions. Thread-safe. */
@FunctionalInterface
public interface WholeRowDeleter {
  /**
   * What is to be deleted.
   *
   * @param db database of the table
   * @param table its name
   * @param schema as the partition has it
   * @param alterations version of them
   * @param request one that fits the table: its keys, or all keys of the partition
   */
  record Task(
      PartitionId partition,
      String db,
      String table,
      int partitions,
      TableSchema schema,
      int alterations,
      DeleteRequest request) {}

  /**
   * Why not all has been deleted.
   *
   * @param code {@link StatusCode#OUTCOME_UNKNOWN} when some may have been
   */
  record Failure(StatusCode code, String text) {}

  /**
   * Deletes; never blocks.
   *
   * @param done told once, on any thread: the offset of the last record of it in the partition (0
   *     when there was nothing to delete), or why not all has been deleted
   */
  void delete(Task task, BiConsumer<Long, Failure> done);
}
