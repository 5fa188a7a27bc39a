package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;

/** What must come true, after a command's changes have been written, before it is done. */
interface Goal {
  /** How the command has ended; null while that is open. */
  AdminResult reached(ClusterState state);

  /** What to tell its sender when it has taken too long. It is gone on with all the same. */
  AdminResult overdue(ClusterState state);
}
