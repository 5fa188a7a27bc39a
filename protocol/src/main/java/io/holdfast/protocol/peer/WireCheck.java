package io.holdfast.protocol.peer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * The bounds of what may stand on the wire. The same checks run on both sides, so that a server
 * fails where it forms a bad message, and not where another server receives it.
 */
final class WireCheck {
  /** Replicas, learners or promises of one partition. */
  static final int MAX_NODES = 1_024;

  /** Records of one append. */
  static final int MAX_RECORDS = 65_536;

  /** Partitions or replicas that one message speaks about. */
  static final int MAX_PARTITIONS = 65_536;

  /** Messages of one batch. */
  static final int MAX_MESSAGES = 65_536;

  /** A host name of the longest kind, a colon, a port, and some air. */
  static final int MAX_ENDPOINT_CHARS = 300;

  /** Names of databases, tables and clusters. */
  static final int MAX_NAME_CHARS = 1_024;

  /** Payload of one log record. */
  static final int MAX_PAYLOAD_BYTES = 16 << 20;

  /** Files of a snapshot. */
  static final int MAX_SNAPSHOT_PARTS = 1_024;

  /** A file's name without its directory. */
  static final int MAX_FILE_NAME_CHARS = 200;

  /** One piece of a snapshot. */
  static final int MAX_CHUNK_BYTES = 16 << 20;

  /** Columns and indexes of a table; ZooKeeper holds no larger node anyway. */
  static final int MAX_DEFINITION_BYTES = 1 << 20;

  private WireCheck() {}

  /** A number that counts from 0. */
  static long count(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must not be negative: " + value);
    }
    return value;
  }

  /** A number that counts from 0. */
  static int count(String name, int value) {
    return (int) count(name, (long) value);
  }

  /** A number that counts from 1. */
  static long positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1: " + value);
    }
    return value;
  }

  /** A number that counts from 1. */
  static int positive(String name, int value) {
    return (int) positive(name, (long) value);
  }

  static void atMost(String name, long size, long most) {
    if (size > most) {
      throw new IllegalArgumentException(name + " holds " + size + ", at most " + most + " fit");
    }
  }

  static String text(String name, String value, int mostChars) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + " is empty");
    }
    atMost(name, value.length(), mostChars);
    // These texts go into log lines and shells; a line feed in one could forge a line.
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) {
        throw new IllegalArgumentException(name + " has a control character at " + i);
      }
    }
    return value;
  }

  /** The name of a file in a directory that the receiver chooses: it must not lead out of there. */
  static String fileName(String value) {
    text("file name", value, MAX_FILE_NAME_CHARS);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && c != '_' && c != '-' && (c != '.' || i == 0)) {
        throw new IllegalArgumentException("file name is not plain: " + printable(value));
      }
    }
    return value;
  }

  /** A text from elsewhere that has not been checked, fit for a log line. */
  static String printable(String value) {
    int end = Math.min(value.length(), MAX_ENDPOINT_CHARS);
    StringBuilder out = new StringBuilder(end);
    for (int i = 0; i < end; i++) {
      char c = value.charAt(i);
      out.append(Character.isISOControl(c) ? '?' : c);
    }
    return out.toString();
  }

  static void present(String name, boolean isPresent) {
    if (!isPresent) {
      throw new IllegalArgumentException(name + " is missing");
    }
  }

  /** A list in another form; unmodifiable. */
  static <A, B> List<B> map(String name, List<A> list, int most, Function<A, B> each) {
    atMost(name, list.size(), most);
    List<B> result = new ArrayList<>(list.size());
    for (A element : list) {
      result.add(each.apply(element));
    }
    return Collections.unmodifiableList(result);
  }
}
