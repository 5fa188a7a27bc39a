package io.holdfast.common.mutant;

/**
 * A rule of the protocol left out on purpose. Tests switch one on and expect the simulator to catch
 * it; a rule whose absence nobody notices is not tested.
 */
public enum Mutant {
  /** A leader commits records of earlier terms by counting copies. */
  COMMIT_OLD_TERM,
  /** An election compares offsets and ignores terms. */
  ELECT_BY_OFFSET,
  /** A follower keeps what differs from its leader's log. */
  NO_TRUNCATION,
  /** A follower takes records of a deposed leader. */
  NO_TERM_CHECK,
  /** A nameserver writes without comparing versions and epoch. */
  NO_CAS,
  /** While members change, only the new set is asked. */
  NOT_JOINT,
  /** An election is content with one answer too few. */
  SMALL_ELECTION_QUORUM,
  /** An order to lead reaches a later life of the process. */
  NO_INCARNATION,
  /** A leader that has not committed in its term changes members. */
  CHANGE_WHILE_INACTIVE,
  /** A change of members is matched by content instead of version. */
  CHANGE_BY_CONTENT,
  /** An election drops silent members although commit needs only a majority. */
  SHRINK_ON_ELECT_MAJORITY,
  /** An emptied disk keeps its identity. */
  WIPED_DISK_KEEPS_UID,
  /** A replica forgets its term when it restarts. */
  TERM_FORGOTTEN,
  /** A replica acknowledges before its disk has the record. */
  ACK_BEFORE_SYNC,
  /** A new leader commits without waiting for promises to its predecessor. */
  NO_LEASE_WAIT,
  /** A restarted replica behaves as if it had promised nothing. */
  RESTART_FORGETS_GRANT,
  /** Any answer to an election cancels all promises. */
  ANY_ANSWER_CANCELS_GRANTS,
  /** A lease needs one promise too few. */
  LEASE_SMALL_QUORUM,
  /** A lease is used to its last moment, as if clocks ran alike. */
  NO_LEASE_MARGIN,
  /** While members change, the lease asks only the old set. */
  LEASE_NOT_JOINT,
  /** A leader answers clients before its write is committed. */
  ANSWER_BEFORE_COMMIT,
  /** A follower applies what it holds instead of what is committed. */
  APPLY_UNCOMMITTED,
  /** A leader that is cut off may go on alone while the others are well. */
  NO_SHRINK_ARBITRATION,
  /** A nameserver that has lost sight of most tablets replaces leaders all the same. */
  FREEZE_IGNORED,
  /** An election takes the longest log, also of a copy that is not in sync. */
  ALL_DOWN_TAKES_OUTSIDER,
  /** A nameserver acts on records that are older than what tablets have seen. */
  ROLLED_BACK_ZK_TRUSTED,
  /** A member that was left out for being slow comes back as soon as it has caught up. */
  READMIT_AT_ONCE,
  /** An operator may give up what nobody has lost. */
  LOSS_WITHOUT_NEED,
  /** A copy that holds what was given up stays as it is, and can follow nobody. */
  DIVERGED_LEFT_ALONE,
  /** A planned leader takes over whether or not its log is the best. */
  TRANSFER_WITHOUT_CATCH_UP,
  /** A leader that was asked to hand over takes no writes until it is replaced. */
  PAUSE_NEVER_ENDS,
  /** A learner's copy makes up for one of a member. */
  LEARNER_COUNTED,
  /** A copy that shall go is removed even if it is still in sync, or the last one. */
  REMOVE_LAST_IN_SYNC,
  /** A tablet whose disk is stuck goes on to look alive. */
  STALLED_DISK_HEARTBEATS,
  /** A follower whose disk is full acknowledges what it did not take. */
  FULL_DISK_ACKS,
  /** Nobody looks whether a named write was applied before. */
  DEDUP_NOT_APPLIED,
  /** Only a leader remembers named writes; its successor begins with an empty table. */
  DEDUP_LOST_AT_FAILOVER,
  /** A leader does not look for a named write among those it has not committed yet. */
  DEDUP_PENDING_IGNORED,
  /** A session that may have been forgotten is taken for a new one. */
  DEDUP_FORGOTTEN_IS_NEW,
  /** Replicas forget idle sessions by their own clocks instead of the log's time. */
  DEDUP_LOCAL_TIME,
  /** A log is cut although only one snapshot reaches so far. */
  TRIM_TOO_EARLY,
  /** A snapshot that was found damaged is counted on as before. */
  DAMAGED_SNAPSHOT_COUNTED,
  /** A snapshot is said to reach to the end of the log, committed or not. */
  SNAPSHOT_OF_UNCOMMITTED,
  /** Pieces of a snapshot are taken whatever attempt they belong to. */
  SNAPSHOT_SYNC_ID_IGNORED,
  /** A replica takes over a snapshot of what it knows already. */
  INSTALL_BELOW_COMMIT,
  /** A replica that took over a snapshot counts on the log it had before. */
  INSTALL_KEEPS_OLD_LOG,
  /** A client repeats a write of unknown outcome as if it had failed. */
  UNKNOWN_IS_FAILED,
  /** A replica serves a session whatever that has seen already. */
  SESSION_IGNORES_TOKEN,
  /** A replica serves a session when it knows the version to be committed, applied or not. */
  SESSION_SERVES_UNAPPLIED,
  /** A replica calls the end of its log its version, committed or not. */
  VERSION_IS_LOG_END,
  /** A leader tells its followers that they are up to date without holding its lease. */
  DEPOSED_LEADER_IS_CURRENT,
  /** A copy that may have lost what it acknowledged counts in elections. */
  AMNESIAC_COUNTED,
  /** A damaged log is cut before the damage, and its copy believed as before. */
  CORRUPT_COUNTED,
  /** A copy that began from nothing, since it had lost its snapshots, is believed as before. */
  LOST_STATE_COUNTED,
  /** That a copy may have lost something is forgotten when it restarts. */
  AMNESIA_FORGOTTEN_AT_RESTART,
  /** A copy that may have lost something is believed before it has matched its leader's log. */
  RESYNC_TOO_EARLY,
  /** A copy that cut off the end of its log counts as one that did not. */
  SUSPECT_PREFERRED,
  /** What a command asks for is written down before the operation that says so. */
  OP_NOT_IN_SAME_TRANSACTION,
  /** A nameserver that takes over does not go on with the operations it finds. */
  OP_LOST_AT_TAKEOVER,
  /** An operation begins although its partition is at another one. */
  OP_TWO_PER_PARTITION,
  /** A replica that moves is removed before its new copy is in sync. */
  MIGRATE_REMOVES_FIRST,
  /** A tablet that is to be emptied gets copies that were asked for before. */
  DRAINED_GETS_COPIES,
  /** A leader that could not write an alteration takes it for written. */
  ALTERATION_NOT_REPEATED,
  /** An index that all leaders take keys for is said to find every row. */
  INDEX_READY_TOO_EARLY,
  /** A witness, which has no rows, may be elected, and leads. */
  WITNESS_ELECTED,
  /** A witness lets go of what is committed, whether every copy of the data has it or not. */
  WITNESS_DROPS_EARLY,
  /** A copy of the data leads without what only a witness has. */
  WITNESS_SUFFIX_NOT_FETCHED,
  /** A learner on probation must be level with the commit whenever it is looked at, not near. */
  PROBATION_NEEDS_LEVEL
}
