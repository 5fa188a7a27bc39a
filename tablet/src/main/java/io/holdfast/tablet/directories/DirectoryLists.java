package io.holdfast.tablet.directories;

import io.holdfast.protocol.openmldb.common.StorageMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The data directories that a tablet was told to use. Immutable.
 *
 * @param db for tables in memory, and for those of the other lists while these are empty
 * @param ssd for tables with storage mode kSSD
 * @param hdd for tables with storage mode kHDD
 */
public record DirectoryLists(List<String> db, List<String> ssd, List<String> hdd) {
  /** Each takes threads, a journal and a reserve; no machine has so many disks. */
  public static final int MOST = 64;

  /** In words, what {@link #isList} takes. */
  public static final String RULE = "a path, or several of them with commas between";

  /** Copies the lists. */
  public DirectoryLists {
    db = List.copyOf(db);
    ssd = List.copyOf(ssd);
    hdd = List.copyOf(hdd);
    if (db.isEmpty()) {
      throw new IllegalArgumentException("there is no data directory");
    }
  }

  /** Of the settings' texts; the last two may be empty. */
  public static DirectoryLists parse(String db, String ssd, String hdd) {
    return new DirectoryLists(split(db), split(ssd), split(hdd));
  }

  /** Whether a text names data directories: none of them without a name. */
  public static boolean isList(String text) {
    List<String> paths = split(text);
    return !paths.isEmpty()
        && paths.size() <= MOST
        && paths.stream()
            .noneMatch(path -> path.isEmpty() || path.chars().anyMatch(Character::isISOControl));
  }

  /** As above, or empty. */
  public static boolean isListOrEmpty(String text) {
    return text.isEmpty() || isList(text);
  }

  private static List<String> split(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }

  /** All of them, in the order of the settings; what is listed twice is here twice. */
  public List<String> all() {
    List<String> all = new ArrayList<>(db);
    all.addAll(ssd);
    all.addAll(hdd);
    return all;
  }

  /** Of which storage modes a directory takes new replicas; its number is that in {@link #all}. */
  public Set<StorageMode> modes(int number) {
    Set<StorageMode> modes = EnumSet.noneOf(StorageMode.class);
    for (StorageMode mode : StorageMode.values()) {
      List<String> list =
          mode == StorageMode.kSSD ? ssd : mode == StorageMode.kHDD ? hdd : List.of();
      int from = list.isEmpty() ? 0 : mode == StorageMode.kSSD ? db.size() : db.size() + ssd.size();
      int count = list.isEmpty() ? db.size() : list.size();
      if (number >= from && number < from + count) {
        modes.add(mode);
      }
    }
    return modes;
  }
}
