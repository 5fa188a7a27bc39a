package io.holdfast.shell.command;

import io.holdfast.shell.Reply;
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
        int first = Numbers.unsigned32(ends[0]);
        int last = ends.length == 1 ? first : Numbers.unsigned32(ends[1]);
        if (ends.length > 2 || last < first || last - first >= MOST) {
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

  /** What a text that is no group is answered with, in words that scripts compare. */
  static Reply refusal(String text) {
    if (!text.matches("\\d+([,-]\\d+)*") || text.matches(".*-\\d+-.*")) {
      return Reply.usage("pid group[" + text + "] format error");
    }
    for (String number : text.split("[,-]")) {
      if (number.length() > 10 || Long.parseLong(number) > 0xffff_ffffL) {
        return Reply.usage("Invalid args. pid should be uint32_t");
      }
    }
    return Reply.usage("has not valid pid");
  }
}
