package io.holdfast.protocol.model;

import java.util.Arrays;
import java.util.Objects;

/**
 * A table as the cluster knows it.
 *
 * @param tid table id, never reused
 * @param db database; never empty
 * @param name unique within its database
 * @param partitions number of partitions, fixed for the table's life
 * @param options what it asks of replication
 * @param definition columns and indexes: a serialized {@code openmldb.nameserver.TableInfo} without
 *     placement
 */
public record TableSpec(
    int tid, String db, String name, int partitions, TableOptions options, byte[] definition) {
  public TableSpec {
    Objects.requireNonNull(db);
    Objects.requireNonNull(name);
    Objects.requireNonNull(options);
    Objects.requireNonNull(definition);
    if (partitions < 1) {
      throw new IllegalArgumentException("a table needs at least one partition");
    }
  }

  /** The same table, which asks for something else. */
  public TableSpec withOptions(TableOptions newOptions) {
    return new TableSpec(tid, db, name, partitions, newOptions, definition);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableSpec that
        && tid == that.tid
        && db.equals(that.db)
        && name.equals(that.name)
        && partitions == that.partitions
        && options.equals(that.options)
        && Arrays.equals(definition, that.definition);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tid, db, name);
  }

  @Override
  public String toString() {
    return db + "." + name + "(" + tid + ")";
  }
}
