package io.holdfast.tablet.storage;

/**
 * How much one read may return. A single row larger than maxBytes is still returned, alone.
 *
 * @param maxRows at least 1
 * @param maxBytes of row values, at least 1
 */
public record ReadLimits(int maxRows, int maxBytes) {
  public ReadLimits {
    if (maxRows < 1 || maxBytes < 1) {
      throw new IllegalArgumentException("limits must be positive: " + maxRows + ", " + maxBytes);
    }
  }
}
