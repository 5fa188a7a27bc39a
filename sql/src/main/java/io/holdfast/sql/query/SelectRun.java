package io.holdfast.sql.query;

import io.holdfast.common.error.Causes;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.plan.Access;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One execution of a plan: asks for page after page, target after target, until there are no more
 * or the statement has enough. Only one page is worked on at a time, each before the next is taken,
 * so there is nothing to be guarded although the threads may be different ones.
 */
final class SelectRun {
  private final SelectPlan plan;
  private final QueryContext context;
  private final QueryLimits limits;
  private final Output output;
  private final Grouping grouping;
  private final RowReader reader;
  private final Iterator<Access.Target> targets;
  private final CompletableFuture<QueryResult> result = new CompletableFuture<>();

  /** First pages that were asked for ahead, in the order of their targets. */
  private final Deque<Asked> ahead = new ArrayDeque<>();

  private final boolean isCount;
  private long scanned;

  private record Asked(RowRequest request, CompletableFuture<RowPage> page) {}

  SelectRun(SelectPlan plan, QueryContext context) throws SqlException {
    this.plan = plan;
    this.context = context;
    this.limits = context.limits();
    this.isCount = plan.isCount();
    this.output = new Output(plan, limits);
    this.grouping =
        plan.groups() == null ? null : new Grouping(plan.groups(), limits.maxHeldBytes());
    this.reader = new RowReader(plan.table().schema());
    boolean isNothing = plan.limit() == 0 || plan.access().fromTime() > plan.access().toTime();
    this.targets =
        isNothing ? java.util.Collections.emptyIterator() : plan.access().targets().iterator();
  }

  CompletableFuture<QueryResult> start() {
    try {
      advance(nextTarget());
    } catch (RuntimeException e) {
      fail(e);
    }
    return result;
  }

  /** Works on pages that are there, and comes back for the others. */
  private void advance(Asked first) {
    Asked asked = first;
    try {
      while (asked != null) {
        if (!asked.page().isDone()) {
          Asked waiting = asked;
          // Comes back at once, one level deeper, if the page has come just now. The source would
          // have to win that race every time to make the stack deep.
          var unused = asked.page().whenComplete((page, failure) -> advance(waiting));
          return;
        }
        asked = work(asked);
      }
      finish();
    } catch (SqlException | RuntimeException e) {
      fail(e);
    }
  }

  /** Takes a page and says which one is next; null when it is done. */
  private Asked work(Asked asked) throws SqlException {
    RowPage page = asked.page().join();
    scanned += page.count();
    if (scanned > limits.maxScannedRows()) {
      throw new SqlException(
          "the statement reads more than "
              + limits.maxScannedRows()
              + " rows; narrow it with WHERE on a key or a time");
    }
    if (isCount) {
      grouping.count(page.count());
      return after(asked, page);
    }
    for (RowPage.Entry entry : page.entries()) {
      reader.row(entry.row());
      if (plan.filter() != null && !Boolean.TRUE.equals(plan.filter().value(reader))) {
        continue;
      }
      if (grouping != null) {
        grouping.accept(reader);
      } else if (!output.accept(reader)) {
        return null;
      }
    }
    return after(asked, page);
  }

  private Asked after(Asked asked, RowPage page) {
    return page.next().isPresent()
        ? ask(asked.request().after(page.next().get(), pageRows()))
        : nextTarget();
  }

  private Asked nextTarget() {
    int wanted = plan.canEndEarly() ? 1 : limits.prefetch() + 1;
    while (ahead.size() < wanted && targets.hasNext()) {
      Access.Target target = targets.next();
      ahead.add(
          ask(
              new RowRequest(
                  plan.table(),
                  target.partition(),
                  plan.access().index().position(),
                  target.key(),
                  plan.access().fromTime(),
                  plan.access().toTime(),
                  Optional.empty(),
                  pageRows(),
                  limits.pageBytes())));
    }
    return ahead.poll();
  }

  /** No more rows than can be used, if every row that comes can be. */
  private int pageRows() {
    boolean allCount = plan.canEndEarly() && plan.access().isExact() && !plan.isDistinct();
    return (int)
        Math.min(limits.pageRows(), allCount ? Math.max(1, output.wanted()) : Long.MAX_VALUE);
  }

  private Asked ask(RowRequest request) {
    RowSource rows = context.rows();
    return new Asked(
        request, (isCount ? rows.counts(request) : rows.rows(request)).toCompletableFuture());
  }

  private void finish() throws SqlException {
    if (grouping != null) {
      grouping.finish(output);
    }
    result.complete(output.finish());
  }

  private void fail(Exception failure) {
    result.completeExceptionally(Causes.unwrapped(failure));
  }
}
