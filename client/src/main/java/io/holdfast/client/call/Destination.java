package io.holdfast.client.call;

import com.google.protobuf.Message;
import io.holdfast.client.retry.Outcome;
import java.util.concurrent.CompletableFuture;

/** Chooses the server for each attempt of one call. Used by one call at a time. */
public interface Destination {
  /**
   * The server to ask.
   *
   * @param refresh whether the last choice proved wrong, so that it should be learned anew
   * @param leaderHint who leads, if the last answer said so; else empty
   * @return fails with a {@link NoDestinationException} when there is nobody to ask
   */
  CompletableFuture<Dispatch> choose(boolean refresh, String leaderHint);

  /**
   * Told what came of each attempt; may take an answer for less than it says.
   *
   * @param answer null when none came
   * @return the outcome that decides how the call goes on
   */
  default Outcome judged(Message answer, Outcome outcome) {
    return outcome;
  }

  /**
   * The session that named the write is not known any more: the next request carries a new name.
   * Called only when that is safe, and does nothing for calls without names.
   *
   * @param sessionBegin what the answer said that a new session begins after
   */
  default void nameAnew(long sessionBegin) {}
}
