package io.holdfast.jdbc.run;

import io.holdfast.client.TableClient;
import io.holdfast.client.WriteOptions;
import io.holdfast.client.row.EncodedRow;
import io.holdfast.client.row.IndexKey;
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
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** One INSERT with any number of parameter rows. For one thread. */
final class Inserts implements Writes {
  private final Session session;
  private final Statement.Insert insert;
  private final CallScope scope;
  private final String what;
  private TableView table;
  private ParameterTypes types;

  Inserts(Session session, Statement.Insert insert, CallScope scope) {
    this.session = session;
    this.insert = insert;
    this.scope = scope;
    this.what = "insert into " + insert.table();
  }

  /** Writes the rows and waits for them. */
  int run(List<Parameter> parameters) throws SQLException {
    return start(parameters).await(scope);
  }

  /** {@inheritDoc} Rows that do not fit the table are refused before any is sent. */
  @Override
  public Pending start(List<Parameter> parameters) throws SQLException {
    if (table == null) {
      learned(session.views().get(session.database(), insert.table(), scope));
    }
    WritePlan.Insert plan;
    try {
      plan = plan(parameters);
    } catch (SqlException | SQLDataException e) {
      // Perhaps a column was added since the table was described.
      TableView newer = session.views().getAnew(session.database(), insert.table(), scope);
      if (newer == table) {
        throw refusal(e);
      }
      learned(newer);
      plan = again(parameters);
    }
    return send(plan);
  }

  private void learned(TableView view) {
    table = view;
    types = ParameterTypes.of(insert, view);
  }

  private WritePlan.Insert again(List<Parameter> parameters) throws SQLException {
    try {
      return plan(parameters);
    } catch (SqlException e) {
      throw refusal(e);
    }
  }

  private SQLException refusal(Exception e) {
    return e instanceof SQLException known
        ? known
        : SqlErrors.syntax(what + ": " + e.getMessage(), e);
  }

  private WritePlan.Insert plan(List<Parameter> parameters) throws SqlException, SQLException {
    List<Parameter> fitting = new ArrayList<>();
    for (Parameter parameter : parameters) {
      Optional<Column> column = types.column(fitting.size());
      fitting.add(column.isEmpty() ? parameter : fitting(parameter, column.get()));
    }
    return WritePlanner.insert(
        insert,
        SqlParameters.of(fitting),
        table,
        System.currentTimeMillis(),
        session.values().zone());
  }

  private Parameter fitting(Parameter parameter, Column column) throws SQLException {
    try {
      return session.parameters().as(parameter, JdbcType.of(column.type()));
    } catch (SQLException e) {
      throw new SQLDataException(
          what + ", column " + column.name() + ": " + e.getMessage(), e.getSQLState(), e);
    }
  }

  private Pending send(WritePlan.Insert plan) throws SQLException {
    Map<Integer, List<IndexKey>> keys = new TreeMap<>();
    Map<Integer, byte[]> values = new TreeMap<>();
    for (WritePlan.Put put : plan.puts()) {
      List<IndexKey> own = keys.computeIfAbsent(put.row(), row -> new ArrayList<>());
      put.dimensions().forEach(key -> own.add(new IndexKey(key.index(), key.key())));
      values.put(put.row(), put.value());
    }
    TableClient client = session.cluster().table(table.database(), table.name(), scope.deadline());
    WriteOptions options =
        WriteOptions.DEFAULT.at(plan.timeMillis()).onlyIfAbsent(plan.ignoreExisting());
    List<CompletableFuture<?>> parts = new ArrayList<>();
    int indexes = table.schema().indexes().size();
    keys.forEach(
        (row, own) ->
            // The client library finds the partitions again: they may be led elsewhere by then.
            parts.add(
                client.putEncodedAsync(new EncodedRow(own, values.get(row), indexes), options)));
    return new Pending(what, true, parts);
  }
}
