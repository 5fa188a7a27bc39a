package io.holdfast.jdbc.run;

import io.holdfast.jdbc.link.CallScope;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Writes of one statement that are under way.
 *
 * @param what they are, for messages
 * @param counted whether the number of parts is the number of rows that are written
 * @param parts one per row or key
 */
record Pending(String what, boolean counted, List<CompletableFuture<?>> parts) {
  Pending {
    parts = List.copyOf(parts);
  }

  /**
   * Waits for all of them.
   *
   * @return how many there were
   * @throws SQLException the worst of the failures, and how many parts were done all the same
   */
  int await(CallScope scope) throws SQLException {
    SQLException worst = null;
    int done = 0;
    for (CompletableFuture<?> part : parts) {
      try {
        scope.await(part, what);
        done++;
      } catch (SQLException e) {
        worst = WriteFailures.worse(worst, e);
      }
    }
    if (worst != null) {
      throw WriteFailures.partial(worst, done, parts.size());
    }
    return done;
  }
}
