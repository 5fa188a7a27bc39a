package io.holdfast.tablet.directories;

import io.holdfast.tablet.directories.DirectoryRoll.Found;
import java.util.List;
import java.util.UUID;

/**
 * What is to be said of a data directory that the tablet had and that is not among those it is
 * started with: whether it is lost, not mounted, forgotten, or given up. Pure.
 *
 * @param listed what is at the paths of the list
 * @param elsewhere what is at the other paths that marks name
 */
record MissingDirectory(List<Found> listed, List<Found> elsewhere) {
  /**
   * Checks that a directory may be done without: it is neither on the list nor there any more.
   *
   * @param id what its mark says, or would say
   * @param path where it was
   * @throws DirectoryException when it may not; the message says what to do
   */
  void requireGivenUp(UUID id, String path) throws DirectoryException {
    Found fresh = null;
    for (Found found : listed) {
      if (found.mark() == null && (fresh == null || found.path().equals(path))) {
        fresh = found;
      }
    }
    String who = "data directory " + path + " of this tablet (" + id + ")";
    if (fresh != null && fresh.path().equals(path)) {
      throw new DirectoryException(
          who
              + " is not there: "
              + path
              + " is empty or missing. If its disk is not mounted, mount it. If it is lost for"
              + " good, take it off the list and start, so that its replicas are made anew on what"
              + " is left; a new disk can be added at the next start");
    }
    if (fresh != null) {
      throw new DirectoryException(
          who
              + " is not in the list, and "
              + fresh.path()
              + " is new. If that is the old one's new place, its disk is not mounted: mount it. If"
              + " "
              + path
              + " is lost for good, start without both once, and add "
              + fresh.path()
              + " at the next start");
    }
    for (Found other : listed) {
      if (other.path().equals(path)) {
        throw new DirectoryException(
            who
                + " is not there: at its place is another one of this tablet's ("
                + other.mark().self()
                + "). If a disk is mounted over it or at the wrong place, mount them as they were."
                + " If it is lost for good, start with a list without "
                + path
                + " once");
      }
    }
    for (Found there : elsewhere) {
      if (there.isUsed() && there.mark() != null && there.mark().self().equals(id)) {
        throw new DirectoryException(
            who
                + " is not in the list any more, but it is still at "
                + there.path()
                + " and holds "
                + there.replicas().size()
                + " replicas. Put it back on the list; or, if these copies are to be given up,"
                + " unmount it or move it away ("
                + moveAway(there)
                + ")");
      }
      if (there.isUsed() && there.mark() == null && there.path().equals(path)) {
        throw new DirectoryException(
            who
                + " is not in the list any more, but "
                + path
                + " is there and holds "
                + there.replicas().size()
                + " replicas, and its file \""
                + DirectoryMark.FILE
                + "\" is damaged or missing. If these copies are to be given up, unmount it or move"
                + " it away ("
                + moveAway(there)
                + ")");
      }
    }
  }

  private static String moveAway(Found there) {
    return "mv " + there.path() + " " + there.path() + ".given-up";
  }
}
