package io.holdfast.nameserver.control;

import io.holdfast.protocol.model.TableSpec;

/** What an operator or a client wants of the cluster as a whole. */
public sealed interface AdminCommand {
  /** Make a database. */
  record CreateDatabase(String name, boolean ifNotExists) implements AdminCommand {}

  /** Remove an empty database. */
  record DropDatabase(String name) implements AdminCommand {}

  /**
   * Make a table; done when every partition has an active leader.
   *
   * @param table with any table id: the right one is put in
   */
  record CreateTable(TableSpec table, boolean ifNotExists) implements AdminCommand {}

  /** Remove a table; its replicas are put aside by their tablets. */
  record DropTable(String db, String name) implements AdminCommand {}

  /** Change a setting of the whole cluster. */
  record SetConfig(String key, String value) implements AdminCommand {}
}
