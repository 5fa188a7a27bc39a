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

  /**
   * Give up what the missing in-sync members of a partition hold, and go on with the best copy that
   * is there. Refused while nothing needs to be given up.
   *
   * @param reason kept in the report
   * @param bypassedAreStopped the operator's word that the processes of the missing members have
   *     ended: one that is merely out of sight may still be serving its clients
   * @param atMillis wall-clock time
   */
  record AcceptLoss(
      String db, String table, int pid, String reason, boolean bypassedAreStopped, long atMillis)
      implements AdminCommand {}

  /** Take note of what was given up: the report is not shown any more. */
  record ClearLoss(String db, String table, int pid) implements AdminCommand {}

  /** Change a setting of the whole cluster. */
  record SetConfig(String key, String value) implements AdminCommand {}
}
