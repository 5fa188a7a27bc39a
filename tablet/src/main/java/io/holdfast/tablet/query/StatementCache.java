package io.holdfast.tablet.query;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.parse.SqlParser;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Statements by their texts, so that a prepared one is parsed once. Thread-safe.
 *
 * <p>It has two generations: when the younger one is full it becomes the older one, and what is
 * found there moves to the new younger one. So what is used stays, without an order to be kept at
 * each use.
 */
final class StatementCache {
  /** Of a generation. */
  private static final int MAX_STATEMENTS = 500;

  /** A longer text is not likely to come again. */
  static final int MAX_BYTES = 8 << 10;

  private volatile ConcurrentMap<String, Statement> young = new ConcurrentHashMap<>();
  private volatile ConcurrentMap<String, Statement> old = new ConcurrentHashMap<>();

  /** The statement of a text; null when it is to be parsed. */
  Statement find(String text) {
    Statement found = young.get(text);
    if (found == null) {
      found = old.get(text);
      if (found != null) {
        keep(text, found);
      }
    }
    return found;
  }

  /** The statement of a text, which is parsed if need be. */
  Statement get(String text) throws SqlException {
    Statement found = find(text);
    if (found == null) {
      found = SqlParser.parse(text);
      if (text.length() <= MAX_BYTES) {
        keep(text, found);
      }
    }
    return found;
  }

  private void keep(String text, Statement statement) {
    ConcurrentMap<String, Statement> into = young;
    into.put(text, statement);
    if (into.size() >= MAX_STATEMENTS) {
      turn(into);
    }
  }

  private synchronized void turn(ConcurrentMap<String, Statement> full) {
    if (young == full) {
      old = full;
      young = new ConcurrentHashMap<>();
    }
  }

  /** How many are kept. */
  int size() {
    return young.size() + old.size();
  }
}
