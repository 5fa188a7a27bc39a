package io.holdfast.sql.write;

import io.holdfast.protocol.row.PartitionHash;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.expr.Binder;
import io.holdfast.sql.expr.Scope;
import io.holdfast.sql.plan.DeletePlanner;
import io.holdfast.sql.plan.DeletePlanner.Deletion;
import io.holdfast.sql.plan.TableScope;
import io.holdfast.sql.query.ParameterArguments;
import io.holdfast.sql.query.Parameters;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Plans INSERT and DELETE. Stateless and thread-safe. */
public final class WritePlanner {
  private WritePlanner() {}

  /**
   * What an INSERT puts where.
   *
   * @param table the one that the statement names
   * @param nowMillis the time of the statement
   * @param zone what texts of timestamps are in
   * @throws SqlException when a value does not fit its column
   */
  public static WritePlan.Insert insert(
      Statement.Insert statement,
      Parameters parameters,
      TableView table,
      long nowMillis,
      ZoneId zone)
      throws SqlException {
    Binder binder =
        new Binder(
            Scope.without("the values of an INSERT"),
            new ParameterArguments(parameters, statement.parameterCount()),
            nowMillis,
            zone);
    return new WritePlan.Insert(
        table,
        statement.ignoreExisting(),
        nowMillis,
        statement.rows().size(),
        new InsertPlanner(statement, table, binder).puts());
  }

  /**
   * What a DELETE removes: of one key of an index, or of all keys, with or without a range of the
   * index's ts column. A plan without partitions removes nothing.
   *
   * @throws SqlException when its WHERE has another form
   */
  public static WritePlan.Delete delete(
      Statement.Delete statement,
      Parameters parameters,
      TableView table,
      long nowMillis,
      ZoneId zone)
      throws SqlException {
    TableScope scope = new TableScope(table, Optional.empty());
    Binder binder =
        new Binder(
            scope, new ParameterArguments(parameters, statement.parameterCount()), nowMillis, zone);
    Expression where = scope.plain(statement.where());
    Optional<Deletion> deletion = new DeletePlanner(table).plan(where, scope, binder);
    // Every entry's time is greater than zero, and on the wire times have no sign.
    if (deletion.isEmpty() || deletion.get().toTime() < 1) {
      return new WritePlan.Delete(
          table,
          List.of(),
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          OptionalLong.empty());
    }
    return plan(table, deletion.get());
  }

  private static WritePlan.Delete plan(TableView table, Deletion deletion) {
    boolean hasFrom = deletion.fromTime() > 1;
    boolean hasTo = deletion.toTime() != Long.MAX_VALUE;
    // Without a key the ts column says which entries are meant, even if every time is.
    boolean hasTime =
        deletion.index().hasTsColumn() && (hasFrom || hasTo || deletion.key().isEmpty());
    return new WritePlan.Delete(
        table,
        partitions(table, deletion.key()),
        deletion.key().map(key -> new WritePlan.Dimension(deletion.index().position(), key)),
        hasTime
            ? Optional.of(table.schema().columns().get(deletion.index().tsColumn()).name())
            : Optional.empty(),
        hasTo ? OptionalLong.of(deletion.toTime()) : OptionalLong.empty(),
        hasFrom ? OptionalLong.of(deletion.fromTime() - 1) : OptionalLong.empty());
  }

  private static List<Integer> partitions(TableView table, Optional<String> key) {
    if (key.isPresent()) {
      return List.of(PartitionHash.partition(key.get(), table.partitions()));
    }
    List<Integer> all = new ArrayList<>();
    for (int partition = 0; partition < table.partitions(); partition++) {
      all.add(partition);
    }
    return all;
  }
}
