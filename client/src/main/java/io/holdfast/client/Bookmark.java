package io.holdfast.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What somebody has seen of a cluster: for each partition the newest version that it has read or
 * written. Reads that carry a bookmark are never answered with less (see {@link ReadOptions}), so
 * whoever keeps one sees its own writes and never goes back in time, whichever replicas answer.
 *
 * <p>A bookmark can be {@linkplain #export exported} as text and taken up by another process, which
 * then sees at least as much. Bookmarks of another cluster mean nothing and must not be mixed in.
 *
 * <p>A bookmark holds at most {@value #MAX_PARTITIONS} partitions; beyond that it forgets the one
 * that was not touched for longest. Thread-safe.
 */
public final class Bookmark {
  static final int MAX_PARTITIONS = 65_536;

  /** Longest text of one partition: two 32-bit numbers and one of 64 bits. */
  private static final int MAX_ENTRY_CHARS = 44;

  private record Partition(int tid, int pid) implements Comparable<Partition> {
    @Override
    public int compareTo(Partition other) {
      int byTid = Integer.compare(tid, other.tid);
      return byTid != 0 ? byTid : Integer.compare(pid, other.pid);
    }
  }

  private final Map<Partition, Long> versions = new LinkedHashMap<>(16, 0.75f, true);

  /** A bookmark of somebody who has seen nothing. */
  public Bookmark() {}

  /**
   * Takes up an exported bookmark.
   *
   * @param text as from {@link #export}; also the header {@code X-Data-Version} of an HTTP answer
   * @throws IllegalArgumentException when it is none
   */
  public static Bookmark of(String text) {
    Bookmark bookmark = new Bookmark();
    bookmark.merge(text);
    return bookmark;
  }

  /**
   * Adds what somebody else has seen.
   *
   * @throws IllegalArgumentException when the text is no bookmark; then nothing is added
   */
  public void merge(String text) {
    Map<Partition, Long> read = read(text);
    read.forEach((partition, version) -> seen(partition.tid(), partition.pid(), version));
  }

  /** A version of a partition was read or written. Lower ones than known change nothing. */
  public void seen(int tid, int pid, long version) {
    if (version <= 0) {
      return;
    }
    synchronized (versions) {
      versions.merge(new Partition(tid, pid), version, Math::max);
      if (versions.size() > MAX_PARTITIONS) {
        versions.remove(versions.keySet().iterator().next());
      }
    }
  }

  /** Forgets everything, as somebody must who has seen what the cluster has lost. */
  public void clear() {
    synchronized (versions) {
      versions.clear();
    }
  }

  /** The newest version of a partition that was seen; 0 for none. */
  public long version(int tid, int pid) {
    synchronized (versions) {
      return versions.getOrDefault(new Partition(tid, pid), 0L);
    }
  }

  /** The bookmark as text: {@code TID/PID=VERSION} for each partition, separated by commas. */
  public String export() {
    Map<Partition, Long> sorted;
    synchronized (versions) {
      sorted = new TreeMap<>(versions);
    }
    StringBuilder text = new StringBuilder();
    sorted.forEach(
        (partition, version) -> {
          if (text.length() > 0) {
            text.append(',');
          }
          text.append(partition.tid()).append('/').append(partition.pid());
          text.append('=').append(version);
        });
    return text.toString();
  }

  private static Map<Partition, Long> read(String text) {
    Map<Partition, Long> versions = new TreeMap<>();
    if (text.isEmpty()) {
      return versions;
    }
    String[] entries = text.split(",", MAX_PARTITIONS + 1);
    if (entries.length > MAX_PARTITIONS) {
      throw new IllegalArgumentException(
          "a bookmark has at most " + MAX_PARTITIONS + " partitions");
    }
    for (String entry : entries) {
      int slash = entry.indexOf('/');
      int equals = entry.indexOf('=');
      if (entry.length() > MAX_ENTRY_CHARS || slash < 1 || equals < slash) {
        throw malformed(entry);
      }
      try {
        Partition partition =
            new Partition(
                Integer.parseInt(entry.substring(0, slash)),
                Integer.parseInt(entry.substring(slash + 1, equals)));
        long version = Long.parseLong(entry.substring(equals + 1));
        if (version < 1 || partition.tid() < 0 || partition.pid() < 0) {
          throw malformed(entry);
        }
        versions.merge(partition, version, Math::max);
      } catch (NumberFormatException e) {
        throw malformed(entry);
      }
    }
    return versions;
  }

  private static IllegalArgumentException malformed(String entry) {
    String shown = entry.length() > MAX_ENTRY_CHARS ? entry.substring(0, MAX_ENTRY_CHARS) : entry;
    return new IllegalArgumentException(
        "not a bookmark: TID/PID=VERSION was expected, separated by commas, and not \""
            + shown
            + "\"");
  }

  @Override
  public String toString() {
    return export();
  }
}
