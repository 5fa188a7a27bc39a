package io.holdfast.tools.load;

import io.holdfast.protocol.openmldb.common.StorageMode;
import picocli.CommandLine.Option;

/**
 * What load is put on which table, as the command line says. Unchecked until {@link #check} has
 * returned.
 */
final class LoadSettings {
  private static final long MOST_KEYS = 1_000_000_000L;
  private static final int MOST_IN_FLIGHT = 16_384;
  private static final int MOST_VALUE = 1 << 20;

  @Option(
      names = "--database",
      defaultValue = "load",
      description = "the table's database (default ${DEFAULT-VALUE})")
  String database;

  @Option(
      names = "--table",
      defaultValue = "load",
      description = "the table (default ${DEFAULT-VALUE})")
  String table;

  @Option(
      names = "--partitions",
      defaultValue = "8",
      description = "partitions of a table that is made (default ${DEFAULT-VALUE})")
  int partitions;

  @Option(
      names = "--replicas",
      defaultValue = "3",
      description = "copies of a table that is made (default ${DEFAULT-VALUE})")
  int replicas;

  @Option(
      names = "--versions",
      defaultValue = "1",
      description = "rows that a table that is made keeps of a key (default ${DEFAULT-VALUE})")
  int versions;

  @Option(
      names = "--storage",
      defaultValue = "memory",
      paramLabel = "memory|ssd|hdd",
      description = "where a table that is made has its rows (default ${DEFAULT-VALUE})")
  String storage;

  @Option(
      names = "--acks",
      defaultValue = "all",
      paramLabel = "all|majority|leader",
      description = "acknowledgement of a table that is made (default ${DEFAULT-VALUE})")
  String acks;

  @Option(
      names = "--durability",
      defaultValue = "fsync",
      paramLabel = "fsync|os",
      description = "durability of a table that is made (default ${DEFAULT-VALUE})")
  String durability;

  @Option(names = "--drop", description = "drop the table at the end")
  boolean drop;

  @Option(
      names = "--mix",
      defaultValue = "put",
      paramLabel = "KIND=SHARE,...",
      description = "operations: put, get, scan, select (default ${DEFAULT-VALUE})")
  String mix;

  @Option(
      names = "--keys",
      defaultValue = "100000",
      description = "different keys (default ${DEFAULT-VALUE})")
  long keys;

  @Option(
      names = "--skew",
      paramLabel = "P:Q",
      description = "P percent of the operations go to Q percent of the keys; all alike without it")
  String skew;

  @Option(
      names = "--value-bytes",
      defaultValue = "100",
      description = "length of a row's value (default ${DEFAULT-VALUE}); a key has 16")
  int valueBytes;

  @Option(
      names = "--scan-rows",
      defaultValue = "10",
      description = "most rows of a scan (default ${DEFAULT-VALUE})")
  int scanRows;

  @Option(
      names = "--in-flight",
      defaultValue = "64",
      description = "most operations under way at a time (default ${DEFAULT-VALUE})")
  int inFlight;

  @Option(
      names = "--rate",
      defaultValue = "0",
      paramLabel = "N",
      description = {
        "operations that are due in a second; latency then counts from when one was due.",
        "0: the next follows as soon as one has ended (default)"
      })
  long rate;

  @Option(
      names = "--fill",
      description = "put every key once before it begins; with it, memory per row is told")
  boolean fill;

  @Option(
      names = "--warm-up",
      defaultValue = "5",
      paramLabel = "SECONDS",
      description = "seconds that are not counted (default ${DEFAULT-VALUE})")
  int warmUpSeconds;

  @Option(
      names = "--seconds",
      defaultValue = "30",
      description = "seconds that are counted (default ${DEFAULT-VALUE})")
  int seconds;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "of the operations and keys that are drawn (default ${DEFAULT-VALUE})")
  long seed;

  private OpMix operations;
  private KeyChoice choice;
  private LoadTable definition;

  /**
   * Looks whether all of it makes sense.
   *
   * @throws IllegalArgumentException with what does not
   */
  void check() {
    operations = OpMix.parse(mix);
    within("--keys", keys, 1, MOST_KEYS);
    choice = skew == null ? KeyChoice.uniform(keys) : KeyChoice.skewed(keys, skew);
    within("--value-bytes", valueBytes, 1, MOST_VALUE);
    within("--scan-rows", scanRows, 1, 100_000);
    within("--in-flight", inFlight, 1, MOST_IN_FLIGHT);
    within("--rate", rate, 0, 100_000_000);
    within("--warm-up", warmUpSeconds, 0, 86_400);
    within("--seconds", seconds, 1, 86_400);
    within("--partitions", partitions, 1, 1024);
    within("--replicas", replicas, 1, 128);
    within("--versions", versions, 1, 100_000);
    oneOf("--acks", acks, "all", "majority", "leader");
    oneOf("--durability", durability, "fsync", "os");
    oneOf("--storage", storage, "memory", "ssd", "hdd");
    StorageMode mode =
        switch (storage) {
          case "ssd" -> StorageMode.kSSD;
          case "hdd" -> StorageMode.kHDD;
          default -> StorageMode.kMemory;
        };
    definition =
        new LoadTable(database, table, partitions, replicas, versions, mode, acks, durability);
  }

  OpMix operations() {
    return operations;
  }

  KeyChoice choice() {
    return choice;
  }

  LoadTable table() {
    return definition;
  }

  private static void within(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + " is from " + least + " to " + most + ", not " + value);
    }
  }

  static void oneOf(String option, String value, String... allowed) {
    for (String one : allowed) {
      if (one.equals(value)) {
        return;
      }
    }
    throw new IllegalArgumentException(
        option + " is one of " + String.join(", ", allowed) + ", not \"" + value + "\"");
  }

  /** In words. */
  String describe() {
    return database
        + "."
        + table
        + ": "
        + operations
        + "; "
        + choice
        + "; values of "
        + valueBytes
        + " bytes; "
        + (rate == 0 ? "" : rate + " due a second, at most ")
        + inFlight
        + " under way";
  }
}
