package io.holdfast.protocol.rpc;

import com.google.protobuf.Message;
import io.holdfast.protocol.rpc.meta.RpcMeta;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the frames of one baidu_std connection to their handlers. Lives on its event loop. */
final class StdServerHandler implements StdFrameDecoder.Sink {
  private static final Logger LOG = LoggerFactory.getLogger(StdServerHandler.class);

  private static final String OVERLOADED =
      "the server holds too many bytes of unfinished requests; try again later";

  private final ServerConnection connection;

  StdServerHandler(ServerConnection connection) {
    this.connection = connection;
  }

  @Override
  public boolean mayDecode() {
    return connection.mayDecode();
  }

  @Override
  public void onDecoded(boolean frames, boolean partial) {
    connection.received(frames, partial);
  }

  @Override
  public void onMalformed(String reason) {
    connection.drop("sent what is no frame: " + reason);
  }

  @Override
  public boolean mayBuffer() {
    return !connection.server().isOverloaded();
  }

  @Override
  public void onBuffered(int bytes) {
    connection.buffered(bytes);
  }

  @Override
  public void onSkipped(RpcMeta meta, long frameBytes) {
    int most = connection.server().settings.maxFrameBytes();
    if (frameBytes <= most) {
      refuse(meta, 0, RpcErrorCode.OVERLOADED, OVERLOADED);
      return;
    }
    String text = "a frame of " + frameBytes + " bytes; at most " + most + " are taken";
    refuse(meta, 0, RpcErrorCode.BAD_REQUEST, text);
  }

  @Override
  public void onFrame(RpcMeta meta, ByteBuf buffer, int index, int bytes, int frameBytes) {
    ServerContext server = connection.server();
    if (server.isClosing()) {
      refuse(meta, frameBytes, RpcErrorCode.SHUTTING_DOWN, "the server is shutting down");
      return;
    }
    if (server.isOverloaded()) {
      refuse(meta, frameBytes, RpcErrorCode.OVERLOADED, OVERLOADED);
      return;
    }
    if (meta.getCompressType() != 0) {
      String text = "compression type " + meta.getCompressType() + "; only 0 (none) is spoken";
      refuse(meta, frameBytes, RpcErrorCode.BAD_REQUEST, text);
      return;
    }
    int attachmentBytes = meta.getAttachmentSize();
    if (attachmentBytes < 0 || attachmentBytes > bytes) {
      String text = "an attachment of " + attachmentBytes + " bytes in a body of " + bytes;
      refuse(meta, frameBytes, RpcErrorCode.BAD_REQUEST, text);
      return;
    }
    String serviceName = meta.getRequest().getServiceName();
    ServiceDefinition service = server.registry.service(serviceName);
    if (service == null) {
      String text = server.registry.unknownService(serviceName);
      refuse(meta, frameBytes, RpcErrorCode.NO_SERVICE, text);
      return;
    }
    String methodName = meta.getRequest().getMethodName();
    ServiceDefinition.Method method = service.method(methodName);
    if (method == null) {
      String text = server.registry.unknownMethod(service, methodName);
      refuse(meta, frameBytes, RpcErrorCode.NO_METHOD, text);
      return;
    }
    int messageBytes = bytes - attachmentBytes;
    Message request;
    try {
      request = StdFrame.parse(method.prototype(), buffer, index, messageBytes);
    } catch (IOException e) {
      String text = "cannot read the " + name(method) + " request: " + e.getMessage();
      if (method.unary() == null) {
        LOG.debug("from {}: {}", connection, text);
      } else {
        refuse(meta, frameBytes, RpcErrorCode.BAD_REQUEST, text);
      }
      return;
    }
    if (method.unary() == null) {
      Dispatch.tell(method, request, connection);
    } else {
      ByteBuffer attachment = StdFrame.copy(buffer, index + messageBytes, attachmentBytes);
      Dispatch.ask(method, request, start(meta, frameBytes, attachment));
    }
  }

  private StdCall start(RpcMeta meta, long frameBytes, ByteBuffer attachment) {
    connection.begin(frameBytes);
    return new StdCall(connection, meta.getCorrelationId(), frameBytes, attachment);
  }

  private void refuse(RpcMeta meta, long frameBytes, int code, String text) {
    LOG.debug("refusing a request from {}: {}", connection, text);
    // Refusals count as in flight, too: a peer that sends rubbish and reads no answers must not
    // pile them up here.
    start(meta, frameBytes, ByteBuffer.allocate(0)).fail(code, text);
  }

  private static String name(ServiceDefinition.Method method) {
    return method.descriptor().getFullName();
  }
}
