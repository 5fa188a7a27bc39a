package io.holdfast.testkit.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Searches for an order of a register's operations that explains what clients saw: each operation
 * takes effect at one moment between its call and its return. The search is Wing and Gong's, with
 * Lowe's memory of configurations that were tried. Trusts nothing but the history.
 */
public final class LinearizabilityChecker {
  /** What the search found. */
  public enum Verdict {
    LINEARIZABLE,
    VIOLATED,
    /** The search grew beyond its budget; nothing is known. */
    UNDECIDED
  }

  private record Configuration(BitSet placed, long value) {}

  private record Step(Node call, long valueBefore) {}

  /** A call or a return, in a doubly linked list ordered by time. */
  private static final class Node {
    final RegisterOp op;
    final int id;
    final boolean call;
    final long time;
    Node partner;
    Node previous;
    Node next;

    Node(RegisterOp op, int id, boolean call, long time) {
      this.op = op;
      this.id = id;
      this.call = call;
      this.time = time;
    }
  }

  private LinearizabilityChecker() {}

  /**
   * Checks the history of one register that starts as 0.
   *
   * @param budget how many configurations may be remembered
   */
  public static Verdict check(List<RegisterOp> history, int budget) {
    Node head = link(history);
    long mustPlace = history.stream().filter(op -> !op.isUnknown()).count();
    BitSet placed = new BitSet(history.size());
    long value = 0;
    Set<Configuration> tried = new HashSet<>();
    ArrayDeque<Step> steps = new ArrayDeque<>();
    Node node = head.next;
    while (mustPlace > 0) {
      if (node != null && node.call) {
        boolean legal = node.op.write() || node.op.value() == value;
        if (legal) {
          BitSet after = (BitSet) placed.clone();
          after.set(node.id);
          legal = tried.add(new Configuration(after, node.op.write() ? node.op.value() : value));
          if (tried.size() > budget) {
            return Verdict.UNDECIDED;
          }
        }
        if (legal) {
          steps.push(new Step(node, value));
          value = node.op.write() ? node.op.value() : value;
          placed.set(node.id);
          mustPlace -= node.op.isUnknown() ? 0 : 1;
          lift(node);
          node = head.next;
        } else {
          node = node.next;
        }
      } else if (steps.isEmpty()) {
        return Verdict.VIOLATED;
      } else {
        // A return whose call is not placed: some earlier choice was wrong.
        Step step = steps.pop();
        Node call = step.call();
        value = step.valueBefore();
        placed.clear(call.id);
        mustPlace += call.op.isUnknown() ? 0 : 1;
        unlift(call);
        node = call.next;
      }
    }
    return Verdict.LINEARIZABLE;
  }

  private static Node link(List<RegisterOp> history) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < history.size(); i++) {
      RegisterOp op = history.get(i);
      if (op.isUnknown() && !op.write()) {
        continue;
      }
      Node call = new Node(op, i, true, op.invokedAt());
      Node end = new Node(op, i, false, op.returnedAt());
      call.partner = end;
      nodes.add(call);
      nodes.add(end);
    }
    // Of two things at the same time the call goes first, which forbids less.
    nodes.sort(Comparator.<Node>comparingLong(n -> n.time).thenComparing(n -> !n.call));
    Node head = new Node(null, -1, false, Long.MIN_VALUE);
    Node last = head;
    for (Node node : nodes) {
      last.next = node;
      node.previous = last;
      last = node;
    }
    return head;
  }

  private static void lift(Node call) {
    unlink(call);
    unlink(call.partner);
  }

  private static void unlink(Node node) {
    node.previous.next = node.next;
    if (node.next != null) {
      node.next.previous = node.previous;
    }
  }

  private static void unlift(Node call) {
    relink(call.partner);
    relink(call);
  }

  private static void relink(Node node) {
    node.previous.next = node;
    if (node.next != null) {
      node.next.previous = node;
    }
  }
}
