package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.OpState;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.TtlPolicy;
import java.util.List;

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

  /**
   * Have another replica lead a partition; done when it does.
   *
   * @param target null for whichever in-sync replica suits
   * @param evenIfAlive whether a leader that lives is replaced, too
   */
  record ChangeLeader(String db, String table, int pid, NodeId target, boolean evenIfAlive)
      implements AdminCommand {}

  /** Take a tablet out of service; done when it leads nothing and is in no in-sync set. */
  record OfflineEndpoint(NodeId tablet) implements AdminCommand {}

  /** Empty a tablet: each of its copies is made anew on another, and it gets no more. */
  record DrainEndpoint(NodeId tablet) implements AdminCommand {}

  /** Have a table's partitions have more or fewer copies of the data. */
  record SetReplicaNum(String db, String table, int replicas) implements AdminCommand {}

  /**
   * Change when rows of a table are too old; done when every leader keeps its rows by it.
   *
   * @param tid the table that the positions are of
   * @param indexes positions
   */
  record SetTtl(String db, String table, int tid, List<Integer> indexes, TtlPolicy ttl)
      implements AdminCommand {}

  /**
   * Remove all rows of a table; done when every leader has removed those that it had. What is put
   * meanwhile may stay or go, under each index by itself.
   */
  record TruncateTable(String db, String table) implements AdminCommand {}

  /**
   * Have one more index, which is filled with the rows that are there.
   *
   * @param tid the table that the positions are of
   * @param version of the table's alterations on which it was found that such an index can be
   * @param position among all indexes
   * @param keyColumns positions among all columns
   * @param tsColumn position; -1 when an entry's time is that of the put
   */
  record AddIndex(
      String db,
      String table,
      int tid,
      int version,
      String name,
      int position,
      List<Integer> keyColumns,
      int tsColumn,
      TtlPolicy ttl)
      implements AdminCommand {
    public AddIndex {
      keyColumns = List.copyOf(keyColumns);
    }
  }

  /**
   * Have an index no more; done when every leader is without it.
   *
   * @param tid the table that the position is of
   * @param index its position; not that of the first one
   */
  record DeleteIndex(String db, String table, int tid, int index) implements AdminCommand {}

  /**
   * Add a column behind all others; done when every leader takes rows that have it.
   *
   * @param tid the table that was looked at
   * @param version of the schema with the column. When it is not the table's next one, somebody
   *     else has added a column; unless that one is this one: then only the leaders are waited for
   */
  record AddColumn(String db, String table, int tid, int version, AddedColumn column)
      implements AdminCommand {}

  /** Spread copies, leaders, or both evenly over the tablets that are up and in service. */
  record Rebalance(boolean copies, boolean leaders) implements AdminCommand {}

  /** Put a tablet back into service. Its replicas join their in-sync sets when they can. */
  record RecoverEndpoint(NodeId tablet) implements AdminCommand {}

  /**
   * Give partitions one more replica.
   *
   * @param learner whether it shall stay a learner, which is never counted and never leads
   * @param witness whether it shall be the witness: it counts, keeps the log only, and never leads
   */
  record AddReplica(
      String db, String table, List<Integer> pids, NodeId tablet, boolean learner, boolean witness)
      implements AdminCommand {
    /** Of a copy of the data. */
    public AddReplica(String db, String table, List<Integer> pids, NodeId tablet, boolean learner) {
      this(db, table, pids, tablet, learner, false);
    }
  }

  /** Have learners, also lasting ones, become members as soon as they have caught up. */
  record Promote(String db, String table, List<Integer> pids, NodeId tablet)
      implements AdminCommand {}

  /** Take replicas away; done when they are out of their partitions. */
  record DelReplica(String db, String table, List<Integer> pids, NodeId tablet)
      implements AdminCommand {}

  /**
   * Say where clients outside reach a server.
   *
   * @param sdkEndpoint empty to take the address away
   */
  record SetSdkEndpoint(String server, String sdkEndpoint) implements AdminCommand {}

  /** Move replicas: the new copy is in sync before the old one is removed. */
  record Migrate(String db, String table, List<Integer> pids, NodeId source, NodeId target)
      implements AdminCommand {}

  /** Have a partition served, and a tablet's copy of it in sync. */
  record RecoverTable(String db, String table, int pid, NodeId tablet) implements AdminCommand {}

  /**
   * Say that replicas are to count, or need not. That they do is seen, not said: yes asks for what
   * {@link RecoverTable} asks for, no changes nothing.
   *
   * @param pid negative for all partitions in which the tablet has a part
   */
  record UpdateTableAlive(String db, String table, int pid, NodeId tablet, boolean alive)
      implements AdminCommand {}

  /** Have a partition's leader make a snapshot of all that is applied now. */
  record MakeSnapshot(String db, String table, int pid) implements AdminCommand {}

  /** End an operation; what it wishes for is taken back. */
  record CancelOp(long id) implements AdminCommand {}

  /** Remove an operation that is over from the list. */
  record DeleteOp(long id) implements AdminCommand {}

  /**
   * Remove all operations that ended like this from the list.
   *
   * @param db only those of this database; empty for all
   */
  record DeleteOps(OpState state, String db) implements AdminCommand {}

  /** Begin an operation that failed or was cancelled once more, as a new one. */
  record RetryOp(long id) implements AdminCommand {}

  /** Change a setting of the whole cluster. */
  record SetConfig(String key, String value) implements AdminCommand {}
}
