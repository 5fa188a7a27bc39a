package io.holdfast.jdbc.meta;

import io.holdfast.client.AdminClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.run.Session;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.sql.catalog.TableView;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** What the nameserver knows of databases and tables. Thread-safe. */
final class CatalogReader {
  /** The nameless database, which is always there. */
  private static final String NAMELESS = "";

  private final Session session;

  CatalogReader(Session session) {
    this.session = session;
  }

  /** Databases by name. */
  List<String> databases(NamePattern pattern) throws SQLException {
    CallScope scope = session.begin(0, false);
    AdminClient admin = session.cluster().admin(scope.deadline());
    try {
      return databases(admin, pattern);
    } catch (HoldfastException e) {
      throw scope.failure(e, "listing databases");
    }
  }

  private static List<String> databases(AdminClient admin, NamePattern pattern) {
    TreeSet<String> names = new TreeSet<>(admin.showDatabases());
    names.add(NAMELESS);
    return names.stream().filter(pattern::matches).toList();
  }

  /** Tables by database and name; those that cannot be read are left out. */
  List<TableView> tables(NamePattern database, NamePattern table) throws SQLException {
    CallScope scope = session.begin(0, false);
    List<TableInfo> infos = new ArrayList<>();
    AdminClient admin = session.cluster().admin(scope.deadline());
    try {
      // Databases that the cluster keeps for itself are not listed, but can be named.
      List<String> names =
          database.onlyName().map(List::of).orElseGet(() -> databases(admin, database));
      for (String name : names) {
        // A nameserver lists tables of the nameless database in every answer.
        admin.showTable(name, "").stream()
            .filter(info -> info.getDb().equals(name) && table.matches(info.getName()))
            .forEach(infos::add);
      }
    } catch (HoldfastException e) {
      throw scope.failure(e, "listing tables");
    }
    List<TableView> views = new ArrayList<>();
    for (TableInfo info : infos) {
      try {
        views.add(TableView.of(info));
      } catch (SchemaException e) {
        // One that other programs have made wrongly must not hide all the others.
        continue;
      }
    }
    views.sort(Comparator.comparing(TableView::database).thenComparing(TableView::name));
    return views;
  }
}
