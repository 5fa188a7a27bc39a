package io.holdfast.protocol.peer;

import io.holdfast.protocol.rpc.RpcConnection;
import java.util.ArrayList;
import java.util.List;

/** An accepted connection without a network. */
final class FakeConnection implements RpcConnection {
  private final List<Runnable> closeActions = new ArrayList<>();
  private final String remoteAddress;
  private Object attribute;
  private boolean closed;

  FakeConnection(String remoteAddress) {
    this.remoteAddress = remoteAddress;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public void onClose(Runnable action) {
    if (closed) {
      action.run();
    } else {
      closeActions.add(action);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closeActions.forEach(Runnable::run);
    }
  }

  @Override
  public Object attribute() {
    return attribute;
  }

  @Override
  public void attribute(Object value) {
    attribute = value;
  }
}
