package io.holdfast.protocol.rpc;

import com.google.protobuf.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs handlers so that whatever they throw is logged, answered and goes no further. */
final class Dispatch {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  private Dispatch() {}

  static void ask(ServiceDefinition.Method method, Message request, RpcCall call) {
    try {
      method.unary().handle(request, call);
    } catch (Throwable e) { // even an Error must not take the I/O thread and its connections down
      LOG.warn("the handler of {} failed", method.descriptor().getFullName(), e);
      call.fail(RpcErrorCode.INTERNAL, "the handler failed: " + e);
    }
  }

  static void tell(ServiceDefinition.Method method, Message request, RpcConnection connection) {
    try {
      method.oneWay().handle(request, connection);
    } catch (Throwable e) { // as above
      LOG.warn(
          "the handler of {} failed; the message is lost", method.descriptor().getFullName(), e);
    }
  }
}
