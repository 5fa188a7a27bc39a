package io.holdfast.sql.query;

import io.holdfast.protocol.row.Column;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement.Select;
import io.holdfast.sql.plan.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A plan in words: what EXPLAIN returns, a line for each step. */
final class PlanText {
  /** So many keys are shown. */
  private static final int MAX_KEYS = 10;

  private final SelectPlan plan;
  private final Select select;
  private final List<String> lines = new ArrayList<>();

  PlanText(SelectPlan plan, Select select) {
    this.plan = plan;
    this.select = select;
  }

  QueryResult result(QueryLimits limits) throws SqlException {
    if (plan.table() == null) {
      lines.add("no table is read");
    } else {
      access(plan.access());
    }
    select.where().ifPresent(where -> lines.add("filter: " + where));
    if (plan.groups() != null) {
      lines.add(
          plan.isCount()
              ? "all rows are counted where they are"
              : plan.groups().keys().isEmpty()
                  ? "all rows are one group"
                  : "group by: " + texts(select.groupBy()));
      select.having().ifPresent(having -> lines.add("groups with: " + having));
    }
    lines.add(
        "select: "
            + plan.columns().stream().map(ResultColumn::name).collect(Collectors.joining(", ")));
    if (plan.isDistinct()) {
      lines.add("distinct");
    }
    order();
    if (plan.limit() != Long.MAX_VALUE || plan.offset() > 0) {
      String limit = plan.limit() == Long.MAX_VALUE ? "no limit" : "limit " + plan.limit();
      lines.add(limit + (plan.offset() > 0 ? ", offset " + plan.offset() : ""));
    }
    ResultBuilder result =
        new ResultBuilder(List.of(new ResultColumn("plan", ColumnType.STRING)), limits);
    for (String line : lines) {
      result.add(result.encode(List.of(line)));
    }
    return result.result();
  }

  private void access(Access access) {
    List<Column> columns = plan.table().schema().columns();
    String key =
        access.index().keyColumns().stream()
            .map(column -> columns.get(column).name())
            .collect(Collectors.joining(", "));
    lines.add(
        "table "
            + plan.table()
            + " by index "
            + access.index().name()
            + " ("
            + key
            + (access.index().hasTsColumn()
                ? "; ts " + columns.get(access.index().tsColumn()).name()
                : "")
            + ")");
    if (!access.isByKey()) {
      lines.add("all keys of all " + plan.table().partitions() + " partitions");
    } else {
      keys(access);
    }
    if (access.fromTime() > access.toTime()) {
      lines.add("no time meets the condition");
    } else if (access.fromTime() != Long.MIN_VALUE || access.toTime() != Long.MAX_VALUE) {
      lines.add(
          "times"
              + (access.fromTime() == Long.MIN_VALUE ? "" : " from " + access.fromTime())
              + (access.toTime() == Long.MAX_VALUE ? "" : " to " + access.toTime()));
    }
  }

  private void keys(Access access) {
    List<Access.Target> targets = access.targets();
    if (targets.isEmpty()) {
      lines.add("no key meets the condition");
      return;
    }
    String keys =
        targets.stream()
            .limit(MAX_KEYS)
            .map(target -> target.key().orElseThrow())
            .collect(Collectors.joining(", "));
    TreeSet<Integer> partitions = new TreeSet<>();
    targets.forEach(target -> partitions.add(target.partition()));
    lines.add(
        (targets.size() == 1 ? "key " : targets.size() + " keys ")
            + keys
            + (targets.size() > MAX_KEYS ? ", ..." : "")
            + (partitions.size() == 1 ? " in partition " : " in partitions ")
            + partitions.stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }

  private void order() {
    if (plan.order().isEmpty()) {
      return;
    }
    lines.add(
        "order by: "
            + select.orderBy().stream()
                .map(item -> item.expression() + (item.descending() ? " DESC" : ""))
                .collect(Collectors.joining(", "))
            + (plan.isSorted() ? " (as the rows come)" : ""));
  }

  private static String texts(List<?> expressions) {
    return expressions.stream().map(Object::toString).collect(Collectors.joining(", "));
  }
}
