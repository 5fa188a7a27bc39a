package io.holdfast.jdbc.run;

import io.holdfast.client.ReadKey;
import io.holdfast.client.RowRange;
import io.holdfast.client.TableClient;
import io.holdfast.client.WriteOptions;
import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.value.JdbcType;
import io.holdfast.jdbc.value.Parameter;
import io.holdfast.protocol.row.Column;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.write.WritePlan;
import io.holdfast.sql.write.WritePlanner;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One DELETE with any number of parameter rows. For one thread. */
final class Deletes implements Writes {
  private final Session session;
  private final Statement.Delete delete;
  private final CallScope scope;
  private final String what;

  Deletes(Session session, Statement.Delete delete, CallScope scope) {
    this.session = session;
    this.delete = delete;
    this.scope = scope;
    this.what = "delete from " + delete.table();
  }

  @Override
  public Pending start(List<Parameter> parameters) throws SQLException {
    TableView table = session.views().get(session.database(), delete.table(), scope);
    WritePlan.Delete plan;
    try {
      plan = plan(table, parameters);
    } catch (SqlException e) {
      throw SqlErrors.syntax(what + ": " + e.getMessage(), e);
    }
    if (plan.partitions().isEmpty()) {
      return new Pending(what, false, List.of());
    }
    TableClient client = session.cluster().table(table.database(), table.name(), scope.deadline());
    Optional<ReadKey> key = plan.key().map(found -> key(table, found));
    RowRange range = new RowRange(key, plan.tsColumn().orElse(""), plan.newest(), plan.before());
    return new Pending(what, false, List.of(client.deleteAsync(range, WriteOptions.DEFAULT)));
  }

  private static ReadKey key(TableView table, WritePlan.Dimension found) {
    return new ReadKey(found.key(), table.schema().indexes().get(found.index()).name());
  }

  private WritePlan.Delete plan(TableView table, List<Parameter> parameters)
      throws SqlException, SQLException {
    ParameterTypes types = ParameterTypes.of(delete, table);
    List<Parameter> fitting = new ArrayList<>();
    for (Parameter parameter : parameters) {
      Optional<Column> column = types.column(fitting.size());
      fitting.add(
          column.isEmpty()
              ? parameter
              : session.parameters().as(parameter, JdbcType.of(column.get().type())));
    }
    return WritePlanner.delete(
        delete,
        SqlParameters.of(fitting),
        table,
        System.currentTimeMillis(),
        session.values().zone());
  }
}
