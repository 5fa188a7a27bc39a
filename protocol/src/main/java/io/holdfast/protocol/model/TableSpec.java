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
 *     placement, as the table was made; never changes
 * @param alterations what is different by now
 */
public record TableSpec(
    int tid,
    String db,
    String name,
    int partitions,
    TableOptions options,
    byte[] definition,
    Alterations alterations) {
  public TableSpec {
    Objects.requireNonNull(db);
    Objects.requireNonNull(name);
    Objects.requireNonNull(options);
    Objects.requireNonNull(definition);
    Objects.requireNonNull(alterations);
    if (partitions < 1) {
      throw new IllegalArgumentException("a table needs at least one partition");
    }
  }

  /** A table that was not altered. */
  public TableSpec(
      int tid, String db, String name, int partitions, TableOptions options, byte[] definition) {
    this(tid, db, name, partitions, options, definition, Alterations.NONE);
  }

  /** The same table, which asks for something else. */
  public TableSpec withOptions(TableOptions newOptions) {
    return new TableSpec(tid, db, name, partitions, newOptions, definition, alterations);
  }

  /** The same table, altered. */
  public TableSpec with(Alterations newAlterations) {
    return new TableSpec(tid, db, name, partitions, options, definition, newAlterations);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableSpec that
        && tid == that.tid
        && db.equals(that.db)
        && name.equals(that.name)
        && partitions == that.partitions
        && options.equals(that.options)
        && Arrays.equals(definition, that.definition)
        && alterations.equals(that.alterations);
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
