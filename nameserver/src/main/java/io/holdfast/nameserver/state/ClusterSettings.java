package io.holdfast.nameserver.state;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The settings of the cluster as a whole, which are changed while it runs and stand in ZooKeeper:
 * what they are called, which values they take, and what they are unless somebody says so.
 */
public final class ClusterSettings {
  /** Lets the nameserver act on failures by itself. */
  public static final String AUTO_FAILOVER = "auto_failover";

  /**
   * For how long a tablet is waited for before the copies that it had are made anew on others; 0
   * for ever.
   */
  public static final String NODE_REMOVE_MILLIS = "node_remove_millis";

  /** 1: replicas of a partition are on different hosts, always; 0: they are if that is possible. */
  public static final String RELIABILITY_LEVEL = "replica_reliability_level";

  /** What the names begin with of the settings that say on which host a tablet is. */
  public static final String HOST_LABEL = "host_label.";

  /** The word that takes a setting back. */
  private static final String NOTHING = "null";

  private static final long DEFAULT_NODE_REMOVE_MILLIS = 600_000;
  private static final Map<String, String> DEFAULTS =
      Map.of(NODE_REMOVE_MILLIS, Long.toString(DEFAULT_NODE_REMOVE_MILLIS), RELIABILITY_LEVEL, "0");
  private static final long LEAST_NODE_REMOVE_MILLIS = 1_000;
  private static final long MOST_NODE_REMOVE_MILLIS = 7L * 24 * 3_600_000;
  private static final int LABEL_CHARS = 64;
  private static final String LABEL_SIGNS = "_.-";

  private ClusterSettings() {}

  /** A setting has no such name, or does not take such a value. The message says what it takes. */
  public static final class SettingException extends Exception {
    private static final long serialVersionUID = 1;

    SettingException(String message) {
      super(message);
    }
  }

  /** A value as it is kept; empty for one that takes the setting back. */
  public static String normal(String key, String value) throws SettingException {
    String word = value.toLowerCase(Locale.ROOT);
    if (key.equals(AUTO_FAILOVER)) {
      if (word.equals("true") || word.equals("false")) {
        return word;
      }
      throw new SettingException("invalid parameter");
    } else if (key.equals(NODE_REMOVE_MILLIS)) {
      return millis(value);
    } else if (key.equals(RELIABILITY_LEVEL)) {
      if (value.equals("0") || value.equals("1")) {
        return value;
      }
      throw new SettingException(
          "invalid parameter: " + RELIABILITY_LEVEL + " is 0 or 1, not " + value);
    } else if (key.startsWith(HOST_LABEL)) {
      if (word.equals(NOTHING) || isLabel(value)) {
        return word.equals(NOTHING) ? "" : value;
      }
      throw new SettingException(
          "invalid parameter: a label has 1 to 64 letters, digits, '-', '_' and '.'; null takes it"
              + " away");
    }
    throw new SettingException("invalid parameter");
  }

  private static boolean isLabel(String text) {
    return !text.isEmpty()
        && text.length() <= LABEL_CHARS
        && text.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || LABEL_SIGNS.indexOf(c) >= 0);
  }

  private static String millis(String value) throws SettingException {
    try {
      long millis = Long.parseLong(value);
      if (millis == 0
          || (millis >= LEAST_NODE_REMOVE_MILLIS && millis <= MOST_NODE_REMOVE_MILLIS)) {
        return Long.toString(millis);
      }
    } catch (NumberFormatException e) {
      // Said below, as of any other value that does not fit.
    }
    throw new SettingException(
        "invalid parameter: "
            + NODE_REMOVE_MILLIS
            + " is 0 or between "
            + LEAST_NODE_REMOVE_MILLIS
            + " and "
            + MOST_NODE_REMOVE_MILLIS
            + ", not "
            + value);
  }

  /** By name, automatic failover and what else somebody has set. */
  static SortedMap<String, String> set(Map<String, String> config) {
    SortedMap<String, String> shown = new TreeMap<>();
    shown.put(AUTO_FAILOVER, config.getOrDefault(AUTO_FAILOVER, "true"));
    config.forEach(
        (key, value) -> {
          boolean label = key.startsWith(HOST_LABEL) && !value.isEmpty();
          if (DEFAULTS.containsKey(key) || label) {
            shown.put(key, value);
          }
        });
    return shown;
  }

  /** By name, the values in force of what nobody has set. */
  static SortedMap<String, String> unset(Map<String, String> config) {
    SortedMap<String, String> unset = new TreeMap<>(DEFAULTS);
    unset.keySet().removeAll(config.keySet());
    return unset;
  }

  static long nodeRemoveMillis(Map<String, String> config) {
    String value = config.get(NODE_REMOVE_MILLIS);
    return value == null ? DEFAULT_NODE_REMOVE_MILLIS : Long.parseLong(value);
  }

  static boolean areHostsApart(Map<String, String> config) {
    return "1".equals(config.get(RELIABILITY_LEVEL));
  }
}
