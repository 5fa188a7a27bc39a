package io.holdfast.jdbc.run;

import io.holdfast.client.TableClient;
import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.value.Parameter;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement.Select;
import io.holdfast.sql.ast.TableName;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.expr.Binder;
import io.holdfast.sql.plan.Access;
import io.holdfast.sql.plan.AccessPlanner;
import io.holdfast.sql.plan.TableScope;
import io.holdfast.sql.query.ParameterArguments;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * Which tablet answers a question about one key without asking another: the leader of the key's
 * partition. Only a guess from what is known here: whoever is asked answers rightly, so a wrong one
 * costs a detour and nothing else. Pure but for what the client library remembers; never waits.
 */
final class LeaderGuess {
  /** More have more than one leader. */
  private static final int MAX_KEYS = 1;

  private LeaderGuess() {}

  /**
   * The leader's endpoint; empty when the question is about more than a key, or nothing is known.
   */
  static String of(Session session, ParsedSql sql, List<Parameter> parameters, CallScope scope) {
    if (!(sql.statement() instanceof Select select)
        || select.from().isEmpty()
        || select.where().isEmpty()
        || !session.cluster().knowsNameServer()) {
      return "";
    }
    TableName name = select.from().get();
    try {
      String database = session.database();
      TableClient client =
          session.cluster().table(name.databaseOr(database), name.table(), scope.deadline());
      Optional<TableView> table = session.views().peek(database, name, client);
      if (table.isEmpty()) {
        return "";
      }
      Access access = access(select, table.get(), parameters);
      return access.isByKey() && access.targets().size() == 1
          ? client.knownLeader(access.targets().get(0).partition()).orElse("")
          : "";
    } catch (SqlException | SQLException e) {
      // What is wrong with it is for the tablet to say.
      return "";
    }
  }

  private static Access access(Select select, TableView table, List<Parameter> parameters)
      throws SqlException {
    TableScope names = new TableScope(table, select.alias());
    // The tablets' time and zone may be others. Keys are hardly ever made of them.
    Binder binder =
        new Binder(
            names,
            new ParameterArguments(SqlParameters.of(parameters), select.parameterCount()),
            0,
            ZoneOffset.UTC);
    return new AccessPlanner(table, MAX_KEYS)
        .plan(Optional.of(names.plain(select.where().get())), names, binder);
  }
}
