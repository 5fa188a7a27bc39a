package io.holdfast.tablet.query;

import com.google.protobuf.UnsafeByteOperations;
import io.holdfast.common.time.Clock;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.openmldb.tablet.QueryRequest;
import io.holdfast.protocol.openmldb.tablet.QueryResponse;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.ServiceDefinition;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.query.Parameters;
import io.holdfast.sql.query.QueryResult;
import io.holdfast.sql.query.ResultEncoder;
import io.holdfast.tablet.query.QueryFailure.Kind;
import io.holdfast.tablet.query.QueryFigures.Outcome;
import io.holdfast.tablet.rpc.WholeRowDeleter;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OpenMLDB's {@code Query}: executes a SELECT over all partitions of its table, wherever they are
 * led. The I/O thread at most plans a statement that was parsed before; all else is done by threads
 * of its own, and no thread ever waits for rows. Thread-safe.
 */
public final class QueryService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueryService.class);

  private static final long LOOK_MILLIS = 50;
  private static final int MOST_LOGGED_CHARS = 500;

  /** A row of many parameters takes a while to read. */
  private static final int SMALL_PARAMETER_BYTES = 4 << 10;

  private final QuerySettings settings;
  private final Clock clock;
  private final QueryParts parts;
  private final ExecutorService worker;
  private final ScheduledThreadPoolExecutor timer;
  private final StatementCache statements = new StatementCache();
  private final RowDeletions deletions;
  private final RunningQueries running;
  private final QueryFigures figures = new QueryFigures();
  private final DoubleConsumer seconds;

  /**
   * Makes the service and its threads.
   *
   * @param self this tablet
   * @param own its service, for the partitions that it leads itself
   * @param client reaches the other tablets; stays the caller's
   * @param seconds told how long each query took
   */
  public QueryService(
      QuerySettings settings,
      NodeId self,
      ServiceDefinition own,
      RpcClient client,
      TableSource tables,
      Clock clock,
      DoubleConsumer seconds) {
    this.settings = settings;
    this.clock = clock;
    this.seconds = seconds;
    this.running = new RunningQueries(settings.maxQueries());
    this.worker = Executors.newFixedThreadPool(settings.threads(), daemons("query"));
    this.timer = new ScheduledThreadPoolExecutor(1, daemons("query-timer"));
    this.parts =
        new QueryParts(new RouteCatalog(tables), new TabletCalls(self, own, client), worker, timer);
    this.deletions = new RowDeletions(parts, clock);
    var unused =
        timer.scheduleWithFixedDelay(
            running::endThoseWhoseTimeIsOver, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread made = new Thread(task, name);
      made.setDaemon(true);
      return made;
    };
  }

  /** What became of the queries so far. */
  public QueryFigures figures() {
    return figures;
  }

  /** What deletes rows with their entries in all partitions. */
  public WholeRowDeleter deleter() {
    return deletions;
  }

  /** How many are under way. */
  public int underWay() {
    return running.count();
  }

  /** Serves one query; never blocks. */
  public void query(QueryRequest request, RpcCall call) {
    QueryLife life = new QueryLife(clock, settings.timeoutMillis());
    if (!running.take()) {
      figures.busy();
      call.reply(
          refusal(
              settings.maxQueries()
                  + " queries run on this tablet already, which is what sql_max_queries allows;"
                  + " send it again a little later"));
      return;
    }
    Conversation conversation = new Conversation(request, call, life);
    running.add(call.connection(), conversation.query);
    try {
      conversation.begin();
    } catch (RuntimeException e) {
      conversation.query.end(null, e);
    }
  }

  private static QueryResponse refusal(String message) {
    return QueryResponse.newBuilder().setCode(SqlException.CODE).setMsg(message).build();
  }

  /** A query and whoever asked it. */
  private final class Conversation {
    private final QueryRequest request;
    private final RpcCall call;
    private final QueryLife life;
    private final RunningQuery query;

    Conversation(QueryRequest request, RpcCall call, QueryLife life) {
      this.request = request;
      this.call = call;
      this.life = life;
      this.query = new RunningQuery(parts, life, settings.limits(), settings.zone(), this::end);
    }

    void begin() {
      // One whose statement is known has little to do before it waits for rows.
      boolean isSmall =
          request.getSqlBytes().size() <= StatementCache.MAX_BYTES
              && call.attachment().remaining() <= SMALL_PARAMETER_BYTES
              && statements.find(request.getSql()) != null;
      if (isSmall) {
        start();
        return;
      }
      worker.execute(
          () -> {
            try {
              start();
            } catch (RuntimeException e) {
              query.end(null, e);
            }
          });
    }

    private void start() {
      try {
        String text = QueryRequests.text(request);
        Statement statement = statements.get(text);
        Parameters parameters = QueryRequests.parameters(request, call.attachment());
        query.start(
            new RunningQuery.Task(
                statement, text, parameters, request.getDb(), clock.currentTimeMillis()));
      } catch (SqlException e) {
        query.end(null, e);
      }
    }

    private void end(QueryResult result, Throwable failure) {
      running.remove(call.connection(), query);
      Throwable why = failure;
      if (why == null) {
        try {
          answer(result);
        } catch (RuntimeException e) {
          why = e;
        }
      }
      if (why != null) {
        call.reply(refusal(words(why)));
      }
      figures.ended(outcome(why), life);
      seconds.accept(life.nanos() / 1e9);
      logIfSlow(result, why);
    }

    private void answer(QueryResult result) {
      byte[] rows = ResultEncoder.rows(result);
      QueryResponse answer =
          QueryResponse.newBuilder()
              .setCode(0)
              .setMsg("ok")
              .setCount(result.rows().size())
              .setByteSize(rows.length)
              .setSchema(UnsafeByteOperations.unsafeWrap(ResultEncoder.schema(result.columns())))
              .setRowSlices(1)
              .build();
      call.reply(answer, ByteBuffer.wrap(rows));
    }

    private String words(Throwable why) {
      if (why instanceof SqlException || why instanceof QueryFailure) {
        return why.getMessage();
      }
      if (why instanceof RejectedExecutionException) {
        return "the tablet is stopping; send the query to another one";
      }
      LOG.error("a query failed: {}", cut(query.text()), why);
      return "the query failed, as the log of this tablet says in full: " + why;
    }

    private void logIfSlow(QueryResult result, Throwable why) {
      long millis = TimeUnit.NANOSECONDS.toMillis(life.nanos());
      if (settings.slowMillis() > 0 && millis >= settings.slowMillis()) {
        LOG.warn(
            "slow query of {}: {} ms, {} rows read in {} pages, {}: {}",
            call.remoteAddress(),
            millis,
            life.rows(),
            life.pages(),
            why == null ? result.rows().size() + " rows returned" : why.getMessage(),
            cut(query.text()));
      }
    }
  }

  private static Outcome outcome(Throwable why) {
    if (why == null) {
      return Outcome.OK;
    }
    if (why instanceof SqlException) {
      return Outcome.REFUSED;
    }
    return why instanceof QueryFailure failure ? outcome(failure.kind()) : Outcome.FAILED;
  }

  private static Outcome outcome(Kind kind) {
    return switch (kind) {
      case FINAL, NOT_BEGUN, TABLES_CHANGED -> Outcome.FAILED;
      case TIMED_OUT -> Outcome.TIMED_OUT;
      case CANCELLED -> Outcome.CANCELLED;
    };
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= MOST_LOGGED_CHARS
        ? line
        : line.substring(0, MOST_LOGGED_CHARS) + "... (" + line.length() + " characters)";
  }

  /** Ends what is under way and the threads. */
  @Override
  public void close() {
    running.endAll("the tablet is stopping; send the query to another one");
    timer.shutdownNow();
    worker.shutdownNow();
  }
}
