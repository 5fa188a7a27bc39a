package io.holdfast.tablet.partition;

/**
 * What the disk engines of a tablet may take together.
 *
 * @param cacheBytes of memory for blocks that were read
 * @param bufferBytes of memory for rows that are not written yet
 */
public record DiskEngineSettings(long cacheBytes, long bufferBytes) {
  public DiskEngineSettings {
    if (cacheBytes < 1 || bufferBytes < 1) {
      throw new IllegalArgumentException("cache " + cacheBytes + ", buffer " + bufferBytes);
    }
  }
}
