package io.holdfast.shell.tablet;

import io.holdfast.client.HoldfastException;
import io.holdfast.client.call.Refusals;
import io.holdfast.shell.Failures;
import io.holdfast.shell.Reply;
import java.util.List;
import java.util.function.Supplier;

/** Answers of commands whose whole result is whether it was done. */
final class TabletReplies {
  private TabletReplies() {}

  /**
   * Asks, and prints one of two fixed lines, as scripts know them; why it was not done is a hint.
   *
   * @param request returns the answer, whatever its code
   */
  static <R extends com.google.protobuf.Message> Reply fixed(
      Supplier<R> request, String what, String done, String failed) {
    try {
      var unused = Refusals.checked(request.get(), what);
      return Reply.done(done);
    } catch (HoldfastException e) {
      return failed(e, failed);
    }
  }

  static Reply failed(HoldfastException failure, String line) {
    return Reply.failed(
        Failures.exitCode(failure),
        Failures.serverCode(failure),
        List.of(line),
        Failures.reason(failure));
  }
}
