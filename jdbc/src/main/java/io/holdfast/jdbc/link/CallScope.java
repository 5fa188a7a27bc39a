package io.holdfast.jdbc.link;

import io.holdfast.client.HoldfastException;
import io.holdfast.client.call.Waiting;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One call of JDBC: what it waits for ends with its answer, with its deadline, or when another
 * thread cancels it. Thread-safe; one thread waits.
 */
public final class CallScope {
  private final Deadline deadline;
  private final boolean writes;
  private final CompletableFuture<Object> cancelled = new CompletableFuture<>();
  private volatile boolean interrupted;

  /**
   * @param writes whether something may have been done when it ends without an answer
   */
  public CallScope(Deadline deadline, boolean writes) {
    this.deadline = deadline;
    this.writes = writes;
  }

  /** One that only reads. */
  public static CallScope reading(Deadline deadline) {
    return new CallScope(deadline, false);
  }

  public Deadline deadline() {
    return deadline;
  }

  boolean writes() {
    return writes;
  }

  /** Has the one who waits go on at once, with an exception. */
  public void cancel() {
    cancelled.completeExceptionally(new InterruptedException("cancelled"));
  }

  public boolean isCancelled() {
    return cancelled.isDone();
  }

  /** Whether the thread that waits was interrupted; then it waits for nothing any more. */
  public boolean isInterrupted() {
    return interrupted;
  }

  /**
   * Whether nothing more is to be begun: time is over, somebody cancelled, or the thread is
   * interrupted. To be asked by the thread that waits.
   */
  public boolean isOver() {
    if (Thread.currentThread().isInterrupted()) {
      interrupted = true;
    }
    return interrupted || deadline.isOver() || isCancelled();
  }

  /**
   * The result of a call of the client library.
   *
   * @param what is being done, for messages
   * @throws SQLException of a class and with an SQLState that say what became of it
   */
  public <T> T await(CompletableFuture<T> call, String what) throws SQLException {
    try {
      // Not more than what is left, and not for ever: every wait here has an end.
      CompletableFuture.anyOf(call, cancelled)
          .get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      return call.join();
    } catch (TimeoutException e) {
      throw SqlErrors.timedOut(this, what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      interrupted = true;
      throw SqlErrors.cancelled(this, what + " was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InterruptedException) {
        throw SqlErrors.cancelled(this, what + " was cancelled");
      }
      throw failure(Waiting.asHoldfastException(e.getCause()), what);
    }
  }

  /** What is thrown for a failure of the client library. */
  public SQLException failure(HoldfastException failure, String what) {
    return SqlErrors.of(failure, this, what);
  }
}
