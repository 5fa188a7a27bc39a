package io.holdfast.nameserver.state;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableSpec;

/** One change of the truth. Several make a transaction, which is written whole or not at all. */
public sealed interface MetaChange {
  /** A new partition. Fails when it exists. */
  record PartitionCreated(PartitionRecord record) implements MetaChange {}

  /**
   * A partition's next configuration.
   *
   * @param basedOn version of the stored node that this was decided on; the write fails when it has
   *     moved
   */
  record PartitionChanged(PartitionRecord record, int basedOn) implements MetaChange {}

  /**
   * Nothing new, but the transaction fails when the partition is not as it was.
   *
   * @param basedOn version of the stored node
   */
  record PartitionChecked(PartitionId partition, int basedOn) implements MetaChange {}

  /** A new table. */
  record TableCreated(TableSpec table) implements MetaChange {}

  /**
   * A table asks for something else than before, or has other columns; its id, its name and its
   * partitions are what they were.
   *
   * @param basedOn version of the stored node that this was decided on; the write fails when it has
   *     moved
   */
  record TableChanged(TableSpec table, int basedOn) implements MetaChange {}

  /** A table and its partitions are gone; its id is remembered so that its replicas go, too. */
  record TableDropped(TableSpec table) implements MetaChange {}

  /** A new, empty database. */
  record DatabaseCreated(String name) implements MetaChange {}

  /** An empty database is gone. */
  record DatabaseDropped(String name) implements MetaChange {}

  /**
   * An operator has given up what a partition's missing members hold, or has taken note of it.
   *
   * @param isFirst whether there was no report about this partition before
   */
  record LossReported(LossReport report, boolean isFirst) implements MetaChange {}

  /**
   * A tablet was taken out of service by an operator, or put back.
   *
   * @param offline whether it shall lead nothing and be in no in-sync set
   */
  record TabletSwitched(NodeId tablet, boolean offline) implements MetaChange {}

  /** A setting of the whole cluster. */
  record ConfigSet(String key, String value) implements MetaChange {}

  /** A new operation, with an id that was never used. */
  record OpCreated(OpRecord op) implements MetaChange {}

  /**
   * Ids of operations were given out. A transaction that makes operations has one of these.
   *
   * @param lastId the newest id
   * @param basedOn version of the stored node that says so; the write fails when it has moved
   */
  record OpIdsUsed(long lastId, int basedOn) implements MetaChange {}

  /**
   * An operation is further than it was.
   *
   * @param basedOn version of the stored node that this was decided on; the write fails when it has
   *     moved
   */
  record OpChanged(OpRecord op, int basedOn) implements MetaChange {}

  /**
   * An operation that is over is forgotten.
   *
   * @param basedOn as above
   */
  record OpDeleted(long id, int basedOn) implements MetaChange {}
}
