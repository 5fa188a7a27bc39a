package io.holdfast.client;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.holdfast.client.call.Answer;
import io.holdfast.client.call.TabletCalls;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.client.route.TableRoute;
import io.holdfast.protocol.model.ReadMode;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Sends a table's reads where their options want them, and keeps its bookmark. Thread-safe. */
final class TableReads {
  private final TabletCalls calls;
  private final String name;
  private final ReadOptions defaults;
  private final Bookmark bookmark;

  TableReads(TabletCalls calls, String name, ReadOptions defaults, Bookmark bookmark) {
    this.calls = calls;
    this.name = name;
    this.defaults = defaults;
    this.bookmark = bookmark;
  }

  /** How reads are made that do not say it. */
  ReadOptions defaults() {
    return defaults;
  }

  Bookmark bookmark() {
    return bookmark;
  }

  <R extends Message> CompletableFuture<R> read(
      TableRoute route, int pid, String method, Message request, R response, ReadOptions options) {
    if (pid < 0 || pid >= route.partitionCount()) {
      throw RejectedException.invalidArgument(
          "table " + name + " has no partition " + pid + ", only " + route.partitionCount());
    }
    return send(route, pid, method, request, response, options)
        .thenApply(
            answer -> {
              int code = Answer.code(answer);
              if (code == AnswerCode.OK || code == AnswerCode.KEY_NOT_FOUND) {
                seen(route, pid, Answer.version(answer));
              }
              return answer;
            });
  }

  /** Something of a partition was read or written. */
  void seen(TableRoute route, int pid, long version) {
    bookmark.seen(route.tid(), pid, version);
  }

  private <R extends Message> CompletableFuture<R> send(
      TableRoute route, int pid, String method, Message request, R response, ReadOptions options) {
    ReadMode mode = mode(route, options);
    if (mode == null) {
      return calls.call(route, pid, method, request, response, OperationKind.READ);
    }
    if (mode.isLinearizable()) {
      // A bookmark adds nothing here: the answer holds everything that was acknowledged before.
      Message atLeader = with(request, mode, 0, 0);
      return calls.call(route, pid, method, atLeader, response, OperationKind.READ);
    }
    long seen = mode == ReadMode.SESSION ? bookmark.version(route.tid(), pid) : 0;
    return calls.readAnywhere(
        route,
        pid,
        method,
        with(request, mode, seen, options.maxAgeMillis()),
        with(request, ReadMode.LEADER, seen, 0),
        response,
        seen,
        options.hedgeAfterMillis());
  }

  /** Null when it is the leader's business: then the request need not say anything. */
  private static ReadMode mode(TableRoute route, ReadOptions options) {
    if (options.mode() != null) {
      return options.mode();
    }
    return switch (route.table().getReadMode()) {
      case "session" -> ReadMode.SESSION;
      case "stale" -> ReadMode.STALE;
      default -> null;
    };
  }

  private static Message with(Message request, ReadMode mode, long minVersion, long maxAgeMillis) {
    Message.Builder changed = request.toBuilder();
    changed.setField(field(request, "read_mode"), mode.name().toLowerCase(Locale.ROOT));
    if (minVersion > 0) {
      changed.setField(field(request, "min_version"), minVersion);
    }
    if (maxAgeMillis > 0) {
      changed.setField(field(request, "max_age_millis"), (int) maxAgeMillis);
    }
    return changed.build();
  }

  private static FieldDescriptor field(Message request, String field) {
    return request.getDescriptorForType().findFieldByName(field);
  }
}
