package io.holdfast.shell.tablet;

import com.google.protobuf.Message;
import io.holdfast.client.call.RetryingCaller;
import io.holdfast.client.call.TabletCalls;
import io.holdfast.client.call.Waiting;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.shell.output.ColumnPrinter;
import java.time.Duration;

/** What a command of the tablet shell works with: one tablet. */
public final class TabletContext {
  private final RetryingCaller caller;
  private final String endpoint;
  private final Duration timeout;
  private final ColumnPrinter printer;

  public TabletContext(
      RetryingCaller caller, String endpoint, Duration timeout, ColumnPrinter printer) {
    this.caller = caller;
    this.endpoint = endpoint;
    this.timeout = timeout;
    this.printer = printer;
  }

  /** Asks the tablet; the answer may have any code. */
  public <R extends Message> R ask(String method, Message request, R response) {
    return call(method, request, response, OperationKind.READ);
  }

  /** As {@link #ask}, of a write: it may have been done when there is no answer. */
  <R extends Message> R write(String method, Message request, R response) {
    return call(method, request, response, OperationKind.WRITE);
  }

  private <R extends Message> R call(
      String method, Message request, R response, OperationKind kind) {
    return Waiting.on(
        TabletCalls.callDirectly(caller, endpoint, method, request, response, kind, timeout));
  }

  public ColumnPrinter printer() {
    return printer;
  }
}
