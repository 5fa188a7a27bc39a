package io.holdfast.jdbc;

import java.util.Arrays;
import java.util.List;

/** What can stand behind the question mark of a URL, or in the properties of a connection. */
enum ConnectionOption {
  ZK("zk", "", "ZooKeeper servers as host:port,host:port, to find the nameservers through"),
  ZK_PATH("zkPath", "/openmldb", "The cluster's path in ZooKeeper"),
  REQUEST_TIMEOUT_MILLIS(
      "requestTimeoutMillis",
      "60000",
      "How long a call may take that has no query time-out of its own, from 1 to 86400000"),
  CONNECT_TIMEOUT_MILLIS(
      "connectTimeoutMillis",
      "10000",
      "How long making a connection may take when the driver manager does not say it, from 1 to"
          + " 86400000"),
  BATCH_WINDOW("batchWindow", "256", "Rows of a batch under way at once, from 1 to 4096"),
  MAX_ANSWER_BYTES(
      "maxAnswerBytes", "67108864", "Largest answer to a query, from 1048576 to 1073741824"),
  TIME_ZONE(
      "timeZone",
      "",
      "Zone in which timestamps have a date and a time of day; that of the process if empty"),
  READ_ONLY("readOnly", "false", "Whether the connection refuses changes to begin with"),
  USER("user", "", "Taken because tools send it; Holdfast asks for none"),
  PASSWORD("password", "", "Taken because tools send it; Holdfast asks for none");

  private final String word;
  private final String standard;
  private final String meaning;

  ConnectionOption(String word, String standard, String meaning) {
    this.word = word;
    this.standard = standard;
    this.meaning = meaning;
  }

  String word() {
    return word;
  }

  String standard() {
    return standard;
  }

  String meaning() {
    return meaning;
  }

  static List<String> words() {
    return Arrays.stream(values()).map(ConnectionOption::word).toList();
  }
}
