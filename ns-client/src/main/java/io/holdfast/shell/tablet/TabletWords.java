package io.holdfast.shell.tablet;

import io.holdfast.shell.Reply;
import io.holdfast.shell.command.Numbers;
import java.util.List;

/** The two numbers that name a replica on a tablet. */
record TabletWords(int tid, int pid, Reply problem) {

  /** Reads them from the second and third word; {@code problem} says what is wrong with them. */
  static TabletWords of(List<String> words) {
    int tid;
    try {
      tid = Numbers.unsigned32(words.get(1));
    } catch (NumberFormatException e) {
      return new TabletWords(0, 0, Reply.usage("Invalid args, tid should be uint32_t"));
    }
    try {
      return new TabletWords(tid, Numbers.unsigned32(words.get(2)), null);
    } catch (NumberFormatException e) {
      return new TabletWords(0, 0, Reply.usage("Invalid args, pid should be uint32_t"));
    }
  }
}
