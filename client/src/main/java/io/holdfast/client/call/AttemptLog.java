package io.holdfast.client.call;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** What was tried, in words. Keeps the last few attempts only. Not thread-safe. */
final class AttemptLog {
  private static final int KEPT = 6;

  private final Deque<String> last = new ArrayDeque<>();
  private int attempts;

  void add(String attempt) {
    attempts++;
    if (last.size() == KEPT) {
      last.removeFirst();
    }
    last.addLast(attempt);
  }

  /** For example {@code 3 attempts in 4.9 s: a:1 refused the connection, b:1 is not leader}. */
  String describe(long elapsedMillis) {
    StringBuilder text = new StringBuilder();
    text.append(attempts).append(attempts == 1 ? " attempt in " : " attempts in ");
    text.append(String.format(Locale.ROOT, "%.1f s: ", elapsedMillis / 1000.0));
    if (attempts > last.size()) {
      text.append("(").append(attempts - last.size()).append(" earlier) ");
    }
    return text.append(String.join(", ", last)).toString();
  }
}
