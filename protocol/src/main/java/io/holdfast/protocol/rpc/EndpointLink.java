package io.holdfast.protocol.rpc;

import io.holdfast.protocol.rpc.RpcException.Kind;
import io.holdfast.protocol.rpc.meta.RpcMeta;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.collection.LongObjectHashMap;
import java.net.ConnectException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one endpoint: at most one connection, the calls that wait for it and the calls that
 * wait for answers. All state belongs to one event loop.
 *
 * <p>Moves: {@code IDLE -> CONNECTING} when something is to be sent, {@code CONNECTING -> CONNECTED
 * | IDLE}, {@code CONNECTED -> IDLE} when the connection is gone, anything {@code -> CLOSED}.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what fails here ends the connection, which is noticed
final class EndpointLink implements StdFrameDecoder.Sink {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointLink.class);
  private static final long FIRST_BACK_OFF_MILLIS = 10;
  private static final long SHORT_LIFE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private enum State {
    /** No connection, none asked for. */
    IDLE,
    /** A connection is being made; calls wait in {@link #queued}. */
    CONNECTING,
    /** Calls are written as they come. */
    CONNECTED,
    /** The client is closed. */
    CLOSED
  }

  final InFlight inFlight;

  private final String endpoint;
  private final RpcClientSettings settings;
  private final EventLoop loop;
  private final ClientConnector connector;
  private final BiConsumer<String, ConnectionEvent> listener;

  /** In the order of arrival; a set, because those whose time is over leave from the middle. */
  private final Set<PendingCall<?>> queued = new LinkedHashSet<>();

  private final LongObjectHashMap<PendingCall<?>> pending = new LongObjectHashMap<>();
  private State state = State.IDLE;

  /** Set in state CONNECTED; also read by callers, as a hint. */
  private volatile Channel channel;

  private long lastCorrelationId;

  /** Connections in a row that failed, or broke before they gave an answer. */
  private int failures;

  private String lastFailure = "";
  private long connectedNanos;
  private boolean hasAnswered;

  /** Until when no connection is tried. */
  private volatile long backOffUntilNanos = System.nanoTime();

  EndpointLink(
      String endpoint,
      RpcClientSettings settings,
      EventLoop loop,
      BiConsumer<String, ConnectionEvent> listener) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.loop = loop;
    this.listener = listener;
    this.connector = new ClientConnector(endpoint, settings, loop);
    this.inFlight = new InFlight(settings.maxInFlightRequests(), settings.maxInFlightBytes());
  }

  /** Whether a call made now would fail without an attempt to connect. Any thread. */
  boolean isBackingOff() {
    return System.nanoTime() - backOffUntilNanos < 0;
  }

  boolean isConnected() {
    return channel != null;
  }

  /**
   * Hands over a call whose share of {@link #inFlight} has been taken. Any thread; never blocks.
   *
   * @return false when it certainly has no effect; its share is given back then
   */
  boolean submit(PendingCall<?> call, long timeoutNanos) {
    try {
      loop.execute(() -> accept(call, timeoutNanos));
      return true;
    } catch (RejectedExecutionException e) {
      giveUp(call, Kind.NOT_SENT, "the I/O threads have ended", e);
      return false;
    }
  }

  private void accept(PendingCall<?> call, long timeoutNanos) {
    if (state == State.CLOSED) {
      giveUp(call, Kind.NOT_SENT, "the client is closed", null);
      return;
    }
    if (state == State.IDLE && isBackingOff()) {
      giveUp(call, Kind.NOT_CONNECTED, "not tried again yet after: " + lastFailure, null);
      return;
    }
    if (!call.isOneWay()) {
      call.timer = loop.schedule(() -> timeOut(call), timeoutNanos, TimeUnit.NANOSECONDS);
    }
    if (state == State.CONNECTED) {
      write(call);
      channel.flush();
    } else {
      // Before connecting, which may fail at once and then fails what is queued.
      queued.add(call);
      if (state == State.IDLE) {
        state = State.CONNECTING;
        connector.connect(this, this::connected, this::connectFailed);
      }
    }
  }

  private void connected(Channel made) {
    if (state != State.CONNECTING) {
      made.close();
      return;
    }
    state = State.CONNECTED;
    channel = made;
    connectedNanos = System.nanoTime();
    hasAnswered = false;
    tell(ConnectionEvent.CONNECTED);
    queued.forEach(this::write);
    queued.clear();
    made.flush();
    // Last: it is called at once when the connection is gone already.
    made.closeFuture().addListener(gone -> disconnected(made));
  }

  private void connectFailed(Throwable cause) {
    if (state != State.CONNECTING) {
      return;
    }
    state = State.IDLE;
    String reason = "cannot connect: " + cause.getMessage();
    backOff(reason);
    if (cause instanceof ConnectException && !ClientConnector.isTimeout(cause)) {
      tell(ConnectionEvent.REFUSED);
    }
    failQueued(Kind.NOT_CONNECTED, reason, cause);
  }

  private void disconnected(Channel gone) {
    if (channel != gone) {
      return;
    }
    channel = null;
    if (state != State.CLOSED) {
      state = State.IDLE;
    }
    if (!hasAnswered && System.nanoTime() - connectedNanos < SHORT_LIFE_NANOS) {
      // A server that accepts and closes, as one without a free place does, is not to be hammered.
      backOff("the connection was closed before it gave an answer");
    } else {
      failures = 0;
    }
    // First the event, then the calls: who repeats a call should know by then.
    tell(ConnectionEvent.CLOSED);
    failPending();
  }

  private void backOff(String reason) {
    failures = Math.min(failures + 1, 16);
    lastFailure = reason;
    long millis = Math.min(settings.maxBackOffMillis(), FIRST_BACK_OFF_MILLIS << (failures - 1));
    backOffUntilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    LOG.debug("{}: {}; next attempt in {} ms at the earliest", endpoint, reason, millis);
  }

  private void write(PendingCall<?> call) {
    call.isWritten = true;
    RpcMeta.Builder meta = call.meta;
    if (!call.isOneWay()) {
      call.correlationId = ++lastCorrelationId;
      pending.put(call.correlationId, call);
      meta.setCorrelationId(call.correlationId);
    }
    try {
      StdFrame.write(channel, meta.build(), call.request, call.attachment)
          .addListener(done -> release(call, call.writeDone()));
    } catch (RuntimeException e) {
      LOG.warn("{}: a request cannot be written", endpoint, e);
      release(call, call.writeDone());
      pending.remove(call.correlationId);
      if (!call.isOneWay()) {
        release(call, call.fail(Kind.NOT_SENT, "the request cannot be written", e));
      }
    }
  }

  private void timeOut(PendingCall<?> call) {
    if (call.isDone()) {
      return;
    }
    if (call.isWritten) {
      pending.remove(call.correlationId);
      release(call, call.fail(Kind.OUTCOME_UNKNOWN, "no answer in time", null));
    } else {
      queued.remove(call);
      release(call, call.fail(Kind.NOT_CONNECTED, "no connection in time", null));
    }
  }

  private void release(PendingCall<?> call, boolean over) {
    if (over) {
      inFlight.give(call.bytes);
    }
  }

  private void giveUp(PendingCall<?> call, Kind kind, String text, Throwable cause) {
    release(call, call.fail(kind, text, cause));
  }

  private void failQueued(Kind kind, String text, Throwable cause) {
    // Taken out first: whoever is told may call again.
    List<PendingCall<?>> calls = List.copyOf(queued);
    queued.clear();
    calls.forEach(call -> giveUp(call, kind, text, cause));
  }

  private void failPending() {
    List<PendingCall<?>> calls = List.copyOf(pending.values());
    pending.clear();
    calls.forEach(call -> giveUp(call, Kind.OUTCOME_UNKNOWN, "the connection was closed", null));
  }

  @Override
  public boolean mayDecode() {
    return true;
  }

  @Override
  public void onFrame(RpcMeta meta, ByteBuf buffer, int index, int bytes, int frameBytes) {
    hasAnswered = true;
    failures = 0;
    PendingCall<?> call = pending.remove(meta.getCorrelationId());
    if (call == null) {
      LOG.debug("{}: dropping an answer that nobody waits for any more", endpoint);
      return;
    }
    release(call, call.complete(meta, buffer, index, bytes));
  }

  @Override
  public void onSkipped(RpcMeta meta, long frameBytes) {
    PendingCall<?> call = pending.remove(meta.getCorrelationId());
    if (call != null) {
      String text =
          "an answer of "
              + frameBytes
              + " bytes; at most "
              + settings.maxFrameBytes()
              + " are read";
      giveUp(call, Kind.OUTCOME_UNKNOWN, text, null);
    }
  }

  @Override
  public void onMalformed(String reason) {
    LOG.warn("{}: closing, the server sent what is no frame: {}", endpoint, reason);
    Channel broken = channel;
    if (broken != null) {
      broken.close();
    }
  }

  /** Drops the connection; calls fail as if it had broken. Any thread. */
  void disconnect() {
    run(
        () -> {
          if (channel != null) {
            channel.close();
          }
        });
  }

  /** Ends for good. Any thread. */
  void close() {
    run(
        () -> {
          state = State.CLOSED;
          failQueued(Kind.NOT_SENT, "the client is closed", null);
          if (channel != null) {
            channel.close();
          }
        });
  }

  private void run(Runnable action) {
    try {
      // Never at once, even on the loop: a listener or a caller may be in the middle of a move.
      loop.execute(action);
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: too late, the I/O threads have ended", endpoint);
    }
  }

  private void tell(ConnectionEvent event) {
    LOG.debug("{}: {}", endpoint, event);
    listener.accept(endpoint, event);
  }
}
