package io.holdfast.tablet.directories;

import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Judges, at a start, whether the directories that are listed are those that the tablet had, and
 * new ones. A pure core: it is told what is on the disks, and says what is to be written, or
 * refuses.
 *
 * <p>What it is about: a tablet that finds an empty directory where one of its own was, because a
 * disk is not mounted, must not make itself at home there. So every directory of several has a
 * {@link DirectoryMark} that names them all, and whatever a mark names must be there, unless the
 * operator has taken it off the list and it really is gone.
 */
final class DirectoryRoll {
  private final String clusterId;
  private final List<Found> listed;
  private final List<Found> elsewhere;
  private final Supplier<UUID> ids;

  /** Directories with a mark, by what it says that they are. */
  private final Map<UUID, Found> marked = new TreeMap<>();

  private final List<String> givenUp = new ArrayList<>();
  private UUID tablet;
  private long revision;

  /**
   * What is at a path.
   *
   * @param path absolute
   * @param clusterId null when it is no data directory yet, or there is nothing
   * @param mark null without one, and if it cannot be read
   * @param replicas that lie there
   */
  record Found(String path, String clusterId, DirectoryMark mark, Set<ReplicaKey> replicas) {
    boolean isUsed() {
      return !replicas.isEmpty();
    }

    /** Whether it was to become one of several, and has not learnt yet of which. */
    boolean isJoining() {
      return mark == null || mark.isAlone();
    }
  }

  /**
   * What is to be done.
   *
   * @param marks of the directories as they are listed; empty when there are to be none, because
   *     there is and always was only one
   * @param writes what brings the marks there, in this order; a tablet that ends half way can start
   *     again, and misses then what it must miss
   * @param givenUp where directories were that the tablet had and has no more
   */
  record Verdict(List<DirectoryMark> marks, List<MarkWrites.Write> writes, List<String> givenUp) {}

  private DirectoryRoll(
      String clusterId, List<Found> listed, List<Found> elsewhere, Supplier<UUID> ids) {
    this.clusterId = clusterId;
    this.listed = listed;
    this.elsewhere = elsewhere;
    this.ids = ids;
  }

  /**
   * Judges.
   *
   * @param listed in the order of the settings, none twice
   * @param elsewhere what is at the other paths that the marks name
   * @param ids draws numbers for new directories
   * @throws DirectoryException when the tablet must not start like this
   */
  static Verdict judge(
      String clusterId, List<Found> listed, List<Found> elsewhere, Supplier<UUID> ids)
      throws DirectoryException {
    return new DirectoryRoll(clusterId, listed, elsewhere, ids).judge();
  }

  private Verdict judge() throws DirectoryException {
    checkClusters();
    readMarks();
    checkReplicas();
    if (marked.isEmpty()) {
      checkUnmarked();
      if (listed.size() == 1) {
        return new Verdict(List.of(), List.of(), List.of());
      }
      tablet = ids.get();
    } else {
      checkStrangers();
      checkMissing();
    }
    List<DirectoryMark> marks = newMarks();
    return new Verdict(marks, MarkWrites.of(listed, marks), givenUp);
  }

  private void checkClusters() throws DirectoryException {
    for (Found found : listed) {
      if (found.clusterId() != null && !found.clusterId().equals(clusterId)) {
        throw new DirectoryException(
            "data directory "
                + found.path()
                + " belongs to cluster "
                + found.clusterId()
                + ", not to "
                + clusterId);
      }
    }
  }

  private void checkReplicas() throws DirectoryException {
    Map<ReplicaKey, String> seen = new HashMap<>();
    for (Found found : listed) {
      for (ReplicaKey key : found.replicas()) {
        String other = seen.putIfAbsent(key, found.path());
        if (other != null) {
          throw new DirectoryException(
              "replica "
                  + key
                  + " is in two data directories: "
                  + other
                  + " and "
                  + found.path()
                  + ". Keep the one whose uid (data-dir check) is in sync by recoverdata --dry-run,"
                  + " or the newer one if neither is, and move the other out of its data"
                  + " directory");
        }
      }
    }
  }

  private void readMarks() throws DirectoryException {
    for (Found found : listed) {
      DirectoryMark mark = found.mark();
      if (mark == null) {
        continue;
      }
      Found other = marked.putIfAbsent(mark.self(), found);
      if (other != null) {
        throw new DirectoryException(
            "data directories "
                + other.path()
                + " and "
                + found.path()
                + " are copies of one another (both are "
                + mark.self()
                + "). Use only one of them");
      }
      if (tablet != null && !tablet.equals(mark.tablet())) {
        throw new DirectoryException(
            "data directories "
                + first(mark.tablet()).path()
                + " and "
                + found.path()
                + " belong to different tablets");
      }
      tablet = mark.tablet();
      revision = Math.max(revision, mark.revision());
    }
  }

  /** A directory of another tablet than this one. */
  private Found first(UUID other) {
    return marked.values().stream()
        .filter(found -> !found.mark().tablet().equals(other))
        .findFirst()
        .orElseThrow();
  }

  /** Of directories without a mark one at most may have been in use: the one there was before. */
  private void checkUnmarked() throws DirectoryException {
    Found before = null;
    for (Found found : listed) {
      if (!found.isUsed()) {
        continue;
      }
      if (before != null) {
        throw new DirectoryException(
            "data directories "
                + before.path()
                + " and "
                + found.path()
                + " hold replicas, and neither says to which tablet it belongs. They are of two"
                + " tablets: each needs a list without the other");
      }
      before = found;
    }
  }

  /**
   * Where all marks are those of empty directories that were joining, the tablet has not had
   * several yet, and its only one may still be without a mark: versions before this one gave it to
   * the others first.
   */
  private void checkStrangers() throws DirectoryException {
    if (marked.values().stream().allMatch(found -> found.isJoining() && !found.isUsed())) {
      checkUnmarked();
      return;
    }
    for (Found found : listed) {
      if (found.mark() == null && found.isUsed()) {
        throw new DirectoryException(
            "data directory "
                + found.path()
                + " holds replicas, but is not one of those that belong to "
                + marked.values().iterator().next().path()
                + " (it has no file \""
                + DirectoryMark.FILE
                + "\"): it is another tablet's");
      }
    }
  }

  private void checkMissing() throws DirectoryException {
    MissingDirectory judge = new MissingDirectory(listed, elsewhere);
    for (Map.Entry<UUID, String> known : known().entrySet()) {
      if (!marked.containsKey(known.getKey())) {
        judge.requireGivenUp(known.getKey(), known.getValue());
        givenUp.add(known.getValue() + " (" + known.getKey() + ")");
      }
    }
  }

  /** What the newest list names; a directory that is joining has a list of its own, see below. */
  private Map<UUID, String> known() {
    Map<UUID, String> known = new TreeMap<>();
    for (Found found : marked.values()) {
      if (found.mark().revision() == revision) {
        known.putAll(found.mark().paths());
      }
    }
    return known;
  }

  private List<DirectoryMark> newMarks() {
    Map<UUID, String> paths = new TreeMap<>();
    List<UUID> selves = new ArrayList<>();
    for (Found found : listed) {
      UUID self = found.mark() == null ? ids.get() : found.mark().self();
      selves.add(self);
      paths.put(self, found.path());
    }
    boolean isSame = true;
    for (Found found : listed) {
      DirectoryMark mark = found.mark();
      isSame &= mark != null && mark.revision() == revision && mark.paths().equals(paths);
    }
    long newRevision = isSame ? revision : Math.max(1, revision) + 1;
    List<DirectoryMark> marks = new ArrayList<>();
    for (UUID self : selves) {
      marks.add(new DirectoryMark(tablet, self, newRevision, paths));
    }
    return marks;
  }
}
