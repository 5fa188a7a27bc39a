package io.holdfast.sql.plan;

import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.PartitionHash;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.expr.Binder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses the index. If the WHERE fixes all columns of one, its keys are asked for; else every
 * partition is read by the first index, since by another one its rows would come once more. What a
 * WHERE says of the index's ts column limits the times that are asked for.
 */
public final class AccessPlanner {
  private final TableView table;
  private final int maxKeys;

  /**
   * @param maxKeys with more keys than these the whole table is read
   */
  public AccessPlanner(TableView table, int maxKeys) {
    this.table = table;
    this.maxKeys = maxKeys;
  }

  /**
   * Which rows to ask for.
   *
   * @param where with plain columns, already checked
   * @throws SqlException when the table has no index that can be asked
   */
  public Access plan(Optional<Expression> where, TableScope scope, Binder binder)
      throws SqlException {
    List<Term> terms =
        where.isPresent()
            ? new TermFinder(table, scope, binder, maxKeys).terms(where.get())
            : List.of();
    Access best = null;
    IndexDef first = null;
    for (IndexDef index : table.schema().indexes()) {
      if (!index.live() || !index.filled()) {
        continue;
      }
      first = first == null ? index : first;
      Access access = byKey(index, terms);
      if (access != null && (best == null || isBetter(access, best))) {
        best = access;
      }
    }
    if (best != null) {
      return best;
    }
    if (first == null) {
      throw new SqlException("the table " + table + " has no index that can be asked yet");
    }
    return whole(first, terms);
  }

  /** An index that knows the times, then fewer keys, then more columns. */
  private static boolean isBetter(Access access, Access other) {
    boolean hasTime = hasTime(access);
    if (hasTime != hasTime(other)) {
      return hasTime;
    }
    if (access.targets().size() != other.targets().size()) {
      return access.targets().size() < other.targets().size();
    }
    return access.index().keyColumns().size() > other.index().keyColumns().size();
  }

  private static boolean hasTime(Access access) {
    return access.fromTime() != Long.MIN_VALUE || access.toTime() != Long.MAX_VALUE;
  }

  private Access byKey(IndexDef index, List<Term> terms) throws SqlException {
    List<List<String>> parts = new ArrayList<>();
    long count = 1;
    for (int column : index.keyColumns()) {
      List<Object> values = values(column, terms);
      if (values == null) {
        return null;
      }
      List<String> texts = new ArrayList<>();
      for (Object value : values) {
        texts.add(KeyText.of(value));
      }
      parts.add(texts);
      count *= texts.size();
      if (count > maxKeys) {
        return null;
      }
    }
    Set<String> keys = new LinkedHashSet<>();
    combine(parts, new ArrayList<>(), keys);
    List<Access.Target> targets = new ArrayList<>();
    for (String key : keys) {
      int partition = PartitionHash.partition(key, table.partitions());
      targets.add(new Access.Target(partition, Optional.of(key)));
    }
    return access(index, targets, true, terms);
  }

  /** The values that all terms of a column leave; null when none limits it to a list. */
  private static List<Object> values(int column, List<Term> terms) {
    List<Object> values = null;
    for (Term term : terms) {
      if (term instanceof Term.OneOf oneOf && oneOf.column() == column) {
        if (values == null) {
          values = new ArrayList<>(oneOf.values());
        } else {
          values.retainAll(oneOf.values());
        }
      }
    }
    return values;
  }

  private static void combine(List<List<String>> parts, List<String> begun, Set<String> keys) {
    if (begun.size() == parts.size()) {
      keys.add(KeyCodec.join(begun));
      return;
    }
    for (String part : parts.get(begun.size())) {
      begun.add(part);
      combine(parts, begun, keys);
      begun.remove(begun.size() - 1);
    }
  }

  private Access whole(IndexDef index, List<Term> terms) {
    List<Access.Target> targets = new ArrayList<>();
    for (int partition = 0; partition < table.partitions(); partition++) {
      targets.add(new Access.Target(partition, Optional.empty()));
    }
    return access(index, targets, false, terms);
  }

  private static Access access(
      IndexDef index, List<Access.Target> targets, boolean isByKey, List<Term> terms) {
    long from = Long.MIN_VALUE;
    long to = Long.MAX_VALUE;
    boolean isExact = true;
    for (Term term : terms) {
      if (isNever(term)) {
        return new Access(index, targets, isByKey, 1, 0, true);
      }
      boolean isTime = index.hasTsColumn() && term.column() == index.tsColumn();
      if (isTime && term instanceof Term.Range range) {
        from = Math.max(from, range.low());
        to = Math.min(to, range.high());
      } else if (isTime && term instanceof Term.OneOf oneOf && isOneTime(oneOf)) {
        long time = (Long) oneOf.values().get(0);
        from = Math.max(from, time);
        to = Math.min(to, time);
      } else {
        boolean isKey =
            isByKey && term instanceof Term.OneOf && index.keyColumns().contains(term.column());
        isExact &= isKey;
      }
    }
    return new Access(index, targets, isByKey, from, to, isExact);
  }

  private static boolean isNever(Term term) {
    return term instanceof Term.OneOf oneOf && oneOf.values().isEmpty()
        || term instanceof Term.Range range && range.low() > range.high();
  }

  private static boolean isOneTime(Term.OneOf oneOf) {
    return oneOf.values().size() == 1 && oneOf.values().get(0) instanceof Long;
  }
}
