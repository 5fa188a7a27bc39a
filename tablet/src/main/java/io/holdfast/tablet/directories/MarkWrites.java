package io.holdfast.tablet.directories;

import io.holdfast.tablet.directories.DirectoryRoll.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * In which order the marks of a tablet's directories are written, so that a next start goes on from
 * whatever is there when the tablet ends half way. Pure.
 *
 * <ol>
 *   <li>New directories get a mark that names only themselves: no mark ever names a directory that
 *       does not know yet which one it is. The one with replicas, if there is one, comes first: a
 *       directory that holds replicas and has no mark, beside others that have theirs, looks like
 *       another tablet's.
 *   <li>Those that are joining and hold nothing get the whole list, and after them the others. Were
 *       it the other way round, and power failed in between, a disk with replicas that is not
 *       mounted afterwards would be unknown to the one that is, and the tablet would start with
 *       nothing. One that is joining is not missed then, but there is nothing in it either.
 * </ol>
 */
final class MarkWrites {
  private MarkWrites() {}

  /**
   * A mark that is to be written.
   *
   * @param number of the directory in the list
   */
  record Write(int number, DirectoryMark mark) {}

  /**
   * What is to be written, in this order.
   *
   * @param marks that the directories are to have in the end
   */
  static List<Write> of(List<Found> listed, List<DirectoryMark> marks) {
    List<Write> writes = new ArrayList<>();
    for (int i : firstThose(Found::isUsed, listed)) {
      if (listed.get(i).mark() == null) {
        writes.add(new Write(i, marks.get(i).alone()));
      }
    }
    for (int i : firstThose(found -> found.isJoining() && !found.isUsed(), listed)) {
      if (!marks.get(i).equals(listed.get(i).mark())) {
        writes.add(new Write(i, marks.get(i)));
      }
    }
    return writes;
  }

  /** Numbers of the directories, otherwise in their order. */
  private static List<Integer> firstThose(Predicate<Found> first, List<Found> listed) {
    return IntStream.range(0, listed.size())
        .boxed()
        .sorted(Comparator.comparing(i -> !first.test(listed.get(i))))
        .toList();
  }
}
