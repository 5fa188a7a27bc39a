package io.holdfast.sql.plan;

import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.expr.Binder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the WHERE of a DELETE, which must be all of it a key of one index, a range of one ts
 * column, or both: a delete is carried out where the rows are, by key and time alone.
 */
public final class DeletePlanner {
  private static final String FORM =
      "the WHERE of a DELETE fixes all columns of an index with =, limits its ts column, or both,"
          + " joined by AND";

  private final TableView table;

  /**
   * What is deleted.
   *
   * @param index whose key it is, or whose ts column the times are of
   * @param key empty for all keys
   * @param fromTime smallest time, included
   * @param toTime greatest time, included; nothing is deleted if it is smaller
   */
  public record Deletion(IndexDef index, Optional<String> key, long fromTime, long toTime) {}

  public DeletePlanner(TableView table) {
    this.table = table;
  }

  /**
   * What a WHERE deletes.
   *
   * @param where with plain columns
   * @return empty when it is true of no row
   * @throws SqlException when it has another form
   */
  public Optional<Deletion> plan(Expression where, TableScope scope, Binder binder)
      throws SqlException {
    binder.condition(where, "WHERE");
    List<Term> terms = new TermFinder(table, scope, binder, 1).terms(where);
    for (IndexDef index : table.schema().indexes()) {
      if (index.live() && index.filled() && fits(index, terms)) {
        return deletion(index, terms);
      }
    }
    throw new SqlException(FORM);
  }

  private static boolean fits(IndexDef index, List<Term> terms) {
    Set<Integer> keys = new HashSet<>();
    boolean hasTime = false;
    for (Term term : terms) {
      if (term instanceof Term.OneOf && index.keyColumns().contains(term.column())) {
        keys.add(term.column());
      } else if (index.hasTsColumn()
          && term.column() == index.tsColumn()
          && !(term instanceof Term.Other)) {
        hasTime = true;
      } else {
        return false;
      }
    }
    return keys.size() == index.keyColumns().size() || keys.isEmpty() && hasTime;
  }

  private static Optional<Deletion> deletion(IndexDef index, List<Term> terms) throws SqlException {
    long from = Long.MIN_VALUE;
    long to = Long.MAX_VALUE;
    String[] parts = new String[index.keyColumns().size()];
    boolean[] isKnown = new boolean[parts.length];
    for (Term term : terms) {
      int place = index.keyColumns().indexOf(term.column());
      if (term instanceof Term.OneOf oneOf && oneOf.values().isEmpty()) {
        return Optional.empty();
      }
      if (term instanceof Term.OneOf oneOf && place >= 0) {
        String text = KeyText.of(oneOf.values().get(0));
        if (isKnown[place] && !java.util.Objects.equals(parts[place], text)) {
          return Optional.empty();
        }
        parts[place] = text;
        isKnown[place] = true;
      } else if (term instanceof Term.OneOf oneOf) {
        if (!(oneOf.values().get(0) instanceof Long time)) {
          // IS NULL of a time, which no row has.
          return Optional.empty();
        }
        from = Math.max(from, time);
        to = Math.min(to, time);
      } else if (term instanceof Term.Range range) {
        from = Math.max(from, range.low());
        to = Math.min(to, range.high());
      }
    }
    if (from > to) {
      return Optional.empty();
    }
    List<String> texts = new ArrayList<>(java.util.Arrays.asList(parts));
    Optional<String> key = isKnown[0] ? Optional.of(KeyCodec.join(texts)) : Optional.empty();
    return Optional.of(new Deletion(index, key, from, to));
  }
}
