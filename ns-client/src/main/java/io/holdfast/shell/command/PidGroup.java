package io.holdfast.shell.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Partitions as operators name them: {@code 3}, {@code 0,2,5} or {@code 1-4}. */
final class PidGroup {
  private static final int MOST = 1024;

  private PidGroup() {}

  /** The partitions; empty when the text is no such group. */
  static Optional<List<Integer>> parse(String text) {
    List<Integer> pids = new ArrayList<>();
    try {
      for (String part : text.split(",", -1)) {
        String[] ends = part.split("-", -1);
        int first = Integer.parseInt(ends[0]);
        int last = ends.length == 1 ? first : Integer.parseInt(ends[1]);
        if (ends.length > 2 || first < 0 || last < first || last - first >= MOST) {
          return Optional.empty();
        }
        for (int pid = first; pid <= last; pid++) {
          pids.add(pid);
        }
      }
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    return pids.size() > MOST ? Optional.empty() : Optional.of(pids);
  }
}
