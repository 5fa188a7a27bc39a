package io.holdfast.tablet.directories;

import io.holdfast.protocol.model.DiskLevel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * In which data directory a new replica is put: one with room, and of those the one with the fewest
 * replicas. Pure.
 *
 * <p>Room comes first, in the steps in which the tablet itself reacts to a lack of it: a directory
 * that takes no writes would make the new replica useless, however empty it is of replicas. Free
 * bytes are not compared: they change from one moment to the next, and a large disk would get all
 * replicas of a new table, and all of its load.
 */
public final class ReplicaPlacement {
  private ReplicaPlacement() {}

  /**
   * A data directory that the replica may go to.
   *
   * @param replicas how many it has
   * @param level how full its disk is
   */
  public record Candidate(int replicas, DiskLevel level) {}

  /**
   * All directories, the best first. A full one comes last but is not left out: a replica must be
   * somewhere, and there may be room later. Of equal ones the first stays first.
   *
   * @return numbers of the candidates, from 0
   */
  public static List<Integer> bestFirst(List<Candidate> candidates) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      order.add(i);
    }
    order.sort(
        Comparator.<Integer, DiskLevel>comparing(i -> candidates.get(i).level())
            .thenComparingInt(i -> candidates.get(i).replicas()));
    return order;
  }
}
