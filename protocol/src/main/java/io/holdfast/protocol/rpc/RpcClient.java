package io.holdfast.protocol.rpc;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.protocol.rpc.RpcException.Kind;
import io.holdfast.protocol.rpc.meta.RpcMeta;
import io.holdfast.protocol.rpc.meta.RpcRequestMeta;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls servers over baidu_std. All threads share one connection per endpoint, which is made when
 * it is first needed; answers may come in any order. Nothing here blocks, so calls may be made on
 * I/O threads; answers arrive on them, so what depends on a returned future must not block either.
 *
 * <p>A failure that the server has answered is {@link Kind#REFUSED} when its code says that the
 * request was not served, and {@link Kind#OUTCOME_UNKNOWN} otherwise. Thread-safe.
 */
public final class RpcClient implements RpcCaller, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** Long enough to be for ever, short enough to be added to a clock. */
  private static final long MAX_TIMEOUT_NANOS = Long.MAX_VALUE / 4;

  /** An id with the most digits, to know the size of a frame before the id is given. */
  private static final long WIDEST_ID = -1;

  private final RpcClientSettings settings;
  private final RpcEventLoops loops;
  private final boolean ownsLoops;
  private final ConcurrentMap<String, EndpointLink> links = new ConcurrentHashMap<>();
  private final List<BiConsumer<String, ConnectionEvent>> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  private RpcClient(RpcClientSettings settings, RpcEventLoops shared) {
    this.settings = settings;
    this.ownsLoops = shared == null;
    this.loops = ownsLoops ? RpcEventLoops.create("rpc-client") : shared;
  }

  /** A client with its own I/O threads. */
  public static RpcClient create(RpcClientSettings settings) {
    return new RpcClient(settings, null);
  }

  /** A client on shared I/O threads, which stay the caller's. */
  public static RpcClient create(RpcClientSettings settings, RpcEventLoops loops) {
    return new RpcClient(settings, Objects.requireNonNull(loops));
  }

  @Override
  public <R extends Message> CompletableFuture<R> call(
      String endpoint, MethodDescriptor method, Message request, R response, Duration timeout) {
    return callWithAttachment(endpoint, method, request, NOTHING, response, timeout)
        .thenApply(RpcReply::message);
  }

  /**
   * Like {@link #call}, with raw bytes beside the messages.
   *
   * @param attachment sent as it is, without a copy: do not change it until the call has ended; its
   *     position is left alone
   */
  public <R extends Message> CompletableFuture<RpcReply<R>> callWithAttachment(
      String endpoint,
      MethodDescriptor method,
      Message request,
      ByteBuffer attachment,
      R response,
      Duration timeout) {
    var answer = new CompletableFuture<RpcReply<R>>();
    String refusal = start(endpoint, method, request, attachment, response, timeout, answer);
    if (refusal != null) {
      answer.completeExceptionally(new RpcException(Kind.NOT_SENT, endpoint, refusal));
    }
    return answer;
  }

  /**
   * Sends a message of a method that never answers.
   *
   * @return false when it was certainly not sent: a bound was reached, or there is no connection
   *     and none is tried just now; true says nothing about its arrival
   */
  public boolean send(String endpoint, MethodDescriptor method, Message request) {
    EndpointLink link = links.get(endpoint);
    if (link != null && !link.isConnected() && link.isBackingOff()) {
      return false;
    }
    return start(endpoint, method, request, NOTHING, null, Duration.ZERO, null) == null;
  }

  /** Returns why the call was not started; null when it was. */
  private <R extends Message> String start(
      String endpoint,
      MethodDescriptor method,
      Message request,
      ByteBuffer attachment,
      R response,
      Duration timeout,
      CompletableFuture<RpcReply<R>> answer) {
    var meta = describe(method, attachment.remaining());
    long bytes =
        StdFrame.frameBytes(
            meta.setCorrelationId(WIDEST_ID).build(), request, attachment.remaining());
    if (bytes > settings.maxFrameBytes()) {
      return "a request of " + bytes + " bytes; at most " + settings.maxFrameBytes() + " fit";
    }
    if (closed) {
      return "the client is closed";
    }
    EndpointLink link = links.computeIfAbsent(endpoint, this::newLink);
    if (!link.inFlight.take(bytes)) {
      return "too much is unfinished: " + link.inFlight;
    }
    var call =
        new PendingCall<>(
            endpoint,
            answer == null ? meta.clearCorrelationId() : meta,
            request,
            attachment.duplicate(),
            bytes,
            response,
            answer);
    if (closed) {
      // Closed meanwhile, perhaps without having seen this link.
      link.close();
    }
    return link.submit(call, nanos(timeout)) ? null : "the I/O threads have ended";
  }

  private static RpcMeta.Builder describe(MethodDescriptor method, int attachmentBytes) {
    var request =
        RpcRequestMeta.newBuilder()
            .setServiceName(method.getService().getFullName())
            .setMethodName(method.getName());
    var meta = RpcMeta.newBuilder().setRequest(request);
    return attachmentBytes == 0 ? meta : meta.setAttachmentSize(attachmentBytes);
  }

  private static long nanos(Duration timeout) {
    if (timeout.isNegative()) {
      return 0;
    }
    boolean huge = timeout.compareTo(Duration.ofNanos(MAX_TIMEOUT_NANOS)) > 0;
    return huge ? MAX_TIMEOUT_NANOS : timeout.toNanos();
  }

  private EndpointLink newLink(String endpoint) {
    return new EndpointLink(endpoint, settings, loops.group().next(), this::tell);
  }

  private void tell(String endpoint, ConnectionEvent event) {
    for (var listener : listeners) {
      try {
        listener.accept(endpoint, event);
      } catch (RuntimeException e) {
        LOG.warn("a listener failed at {} {}", endpoint, event, e);
      }
    }
  }

  /**
   * Tells a listener of every connection made, lost and refused, as soon as the kernel knows. It is
   * called on I/O threads and must not block; the events of one endpoint come in order.
   */
  public void onConnectionChange(BiConsumer<String, ConnectionEvent> listener) {
    listeners.add(listener);
  }

  /**
   * Closes the connection to an endpoint that is no longer needed; its calls fail as if the
   * connection had broken. The next call makes a new one.
   */
  public void disconnect(String endpoint) {
    EndpointLink link = links.get(endpoint);
    if (link != null) {
      link.disconnect();
    }
  }

  /** Closes all connections; calls that wait fail. Later calls fail as not sent. */
  @Override
  public void close() {
    closed = true;
    links.values().forEach(EndpointLink::close);
    if (ownsLoops) {
      loops.close();
    }
  }

  /** Whether nothing to this endpoint counts as unfinished, for tests. */
  boolean isQuiet(String endpoint) {
    EndpointLink link = links.get(endpoint);
    return link == null || link.inFlight.isEmpty();
  }
}
