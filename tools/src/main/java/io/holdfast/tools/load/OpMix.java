package io.holdfast.tools.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** How often each kind of operation comes up. Immutable. */
final class OpMix {
  private final Map<OpKind, Integer> weights;
  private final int total;

  private OpMix(Map<OpKind, Integer> weights) {
    this.weights = weights;
    this.total = weights.values().stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * Reads a mix.
   *
   * @param text such as {@code put}, or {@code put=20,get=80}
   * @throws IllegalArgumentException with what is wrong
   */
  static OpMix parse(String text) {
    Map<OpKind, Integer> weights = new EnumMap<>(OpKind.class);
    for (String part : text.split(",", -1)) {
      int at = part.indexOf('=');
      String name = (at < 0 ? part : part.substring(0, at)).strip();
      OpKind kind = kind(name);
      if (weights.put(kind, at < 0 ? 1 : weight(part.substring(at + 1).strip())) != null) {
        throw new IllegalArgumentException(kind + " is named twice");
      }
    }
    return new OpMix(weights);
  }

  private static OpKind kind(String name) {
    for (OpKind kind : OpKind.values()) {
      if (kind.toString().equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "there is no operation \"" + name + "\"; there are put, get, scan and select");
  }

  private static int weight(String text) {
    try {
      int weight = Integer.parseInt(text);
      if (weight >= 1 && weight <= 1_000_000) {
        return weight;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "a share is a number from 1 to 1000000, not \"" + text + "\"");
  }

  boolean has(OpKind kind) {
    return weights.containsKey(kind);
  }

  OpKind pick(RandomGenerator random) {
    int left = random.nextInt(total);
    for (Map.Entry<OpKind, Integer> entry : weights.entrySet()) {
      left -= entry.getValue();
      if (left < 0) {
        return entry.getKey();
      }
    }
    throw new AssertionError("weights do not add up");
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    weights.forEach(
        (kind, weight) ->
            text.append(text.isEmpty() ? "" : ",").append(kind).append('=').append(weight));
    return text.toString();
  }
}
