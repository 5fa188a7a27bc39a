package io.holdfast.protocol.rpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import java.net.SocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted connection: its unfinished work, whether it is read, and how long its peer may take.
 *
 * <p>All state belongs to the channel's event loop, except what {@link RpcConnection} offers.
 *
 * <p>A request counts from the moment it is decoded until its answer has been handed to the kernel,
 * first with its own bytes, then with the answer's. While too much counts, or while answers wait
 * for the peer, the connection is not read: TCP then slows the peer down.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what fails here ends the connection, which is noticed
final class ServerConnection implements RpcConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

  /** How long a peer may take to close its side after we have closed ours. */
  private static final long LINGER_MILLIS = 1_000;

  private final ServerContext server;
  private final Channel channel;
  private final String remoteAddress;
  private volatile Object attribute;

  /** Continues decoding what was left when reading was paused. */
  private Runnable resume = () -> {};

  private Future<?> timer;
  private int inFlight;
  private long inFlightBytes;
  private long bufferedBytes;
  private boolean paused;
  private boolean resumeQueued;
  private boolean handshakeDone;
  private boolean ending;
  private boolean outputShut;
  private long idleSinceNanos = System.nanoTime();

  /** When the incomplete request began that is being received; 0 when there is none. */
  private long partialSinceNanos;

  ServerConnection(ServerContext server, Channel channel) {
    this.server = server;
    this.channel = channel;
    SocketAddress address = channel.remoteAddress();
    this.remoteAddress = Endpoints.format(address);
  }

  ServerContext server() {
    return server;
  }

  Channel channel() {
    return channel;
  }

  /** Starts the clock; called once, when the channel is registered. */
  void start() {
    server.connections.add(this);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              timer.cancel(false);
              server.connections.remove(this);
              server.addInFlightBytes(-inFlightBytes - bufferedBytes);
              inFlightBytes = 0;
              bufferedBytes = 0;
            });
    var settings = server.settings;
    long shortest =
        Math.min(
            Math.min(settings.handshakeMillis(), settings.frameMillis()), settings.idleMillis());
    long period = Math.max(1, Math.min(1_000, shortest / 4));
    timer =
        channel
            .eventLoop()
            .scheduleAtFixedRate(this::checkTimes, period, period, TimeUnit.MILLISECONDS);
  }

  /** Sets what continues decoding after a pause. */
  void onResume(Runnable action) {
    resume = action;
  }

  /** The protocol is known. */
  void handshakeDone() {
    handshakeDone = true;
  }

  /** Tells what a read has left behind. */
  void received(boolean requests, boolean partial) {
    long now = System.nanoTime();
    if (requests) {
      idleSinceNanos = now;
    }
    if (!partial) {
      partialSinceNanos = 0;
    } else if (requests || partialSinceNanos == 0) {
      partialSinceNanos = now;
    }
  }

  /** Tells how many bytes of incomplete requests are kept for this connection. */
  void buffered(long bytes) {
    if (channel.isOpen() && bytes != bufferedBytes) {
      server.addInFlightBytes(bytes - bufferedBytes);
      bufferedBytes = bytes;
    }
  }

  long buffered() {
    return bufferedBytes;
  }

  boolean mayDecode() {
    return !paused;
  }

  /** A request was decoded and goes to its handler. */
  void begin(long bytes) {
    assert channel.eventLoop().inEventLoop();
    inFlight++;
    addBytes(bytes);
    updateReading();
  }

  /** The request of {@link #begin} is answered; its answer waits for the peer. */
  void replace(long requestBytes, long answerBytes) {
    addBytes(answerBytes - requestBytes);
    updateReading();
  }

  /** The answer was taken, or there will be none. */
  void finish(long bytes) {
    assert channel.eventLoop().inEventLoop();
    inFlight--;
    addBytes(-bytes);
    idleSinceNanos = System.nanoTime();
    updateReading();
    endIfDone();
  }

  /** Ends {@link #replace}'s part when the write is done. */
  void finishAfter(ChannelFuture write, long bytes) {
    write.addListener(done -> finish(bytes));
  }

  private void addBytes(long bytes) {
    // After the channel is closed its share has been given back in one go.
    if (channel.isOpen()) {
      inFlightBytes += bytes;
      server.addInFlightBytes(bytes);
    }
  }

  /** Reads on or stops reading, as the bounds and the peer's reading allow. */
  void updateReading() {
    var settings = server.settings;
    boolean pause =
        inFlight >= settings.maxInFlightRequests()
            || inFlightBytes >= settings.maxInFlightBytes()
            || !channel.isWritable();
    if (pause == paused || !channel.isActive()) {
      return;
    }
    paused = pause;
    if (pause) {
      channel.config().setAutoRead(false);
    } else if (!resumeQueued) {
      // Later, not here: this may run inside the decoder.
      resumeQueued = true;
      channel.eventLoop().execute(this::resume);
    }
  }

  private void resume() {
    resumeQueued = false;
    if (!paused && channel.isActive()) {
      if (partialSinceNanos != 0) {
        // The peer is not to blame for the time in which we did not read.
        partialSinceNanos = System.nanoTime();
      }
      resume.run();
      // What was left comes first. Were reading to start with the end of the pause, each short gap
      // between two pauses would let in more bytes than it lets out, without a bound.
      if (!paused) {
        channel.config().setAutoRead(true);
      }
    }
  }

  private void checkTimes() {
    var settings = server.settings;
    long now = System.nanoTime();
    if (paused) {
      return;
    }
    if (!handshakeDone && isOver(idleSinceNanos, now, settings.handshakeMillis())) {
      drop("said nothing in " + settings.handshakeMillis() + " ms");
    } else if (partialSinceNanos != 0 && isOver(partialSinceNanos, now, settings.frameMillis())) {
      drop("did not finish a request in " + settings.frameMillis() + " ms");
    } else if (inFlight == 0 && isOver(idleSinceNanos, now, settings.idleMillis())) {
      drop("was idle for " + settings.idleMillis() + " ms");
    }
  }

  private static boolean isOver(long sinceNanos, long now, long millis) {
    return now - sinceNanos >= TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Closes the connection for a reason that is the peer's. */
  void drop(String reason) {
    LOG.debug("closing the connection from {}: it {}", remoteAddress, reason);
    channel.close();
  }

  /** Ends the connection once nothing is in flight. */
  void end() {
    run(
        () -> {
          ending = true;
          endIfDone();
        });
  }

  private void endIfDone() {
    if (!ending || outputShut || inFlight > 0) {
      return;
    }
    outputShut = true;
    channel.flush();
    // Only our side: closing both while requests wait unread would make the kernel send a reset,
    // which can destroy answers that the peer has not read yet. The peer closes in turn.
    ((DuplexChannel) channel).shutdownOutput();
    channel.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Runs something on the event loop; drops it when the loop is gone, and the connection too. */
  void run(Runnable action) {
    if (channel.eventLoop().inEventLoop()) {
      action.run();
      return;
    }
    try {
      channel.eventLoop().execute(action);
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: too late, the I/O threads have ended", remoteAddress);
    }
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public void onClose(Runnable action) {
    channel
        .closeFuture()
        .addListener(
            closed -> {
              try {
                action.run();
              } catch (RuntimeException e) {
                LOG.warn("an action at the close of {} failed", remoteAddress, e);
              }
            });
  }

  @Override
  public void close() {
    channel.close();
  }

  @Override
  public Object attribute() {
    return attribute;
  }

  @Override
  public void attribute(Object value) {
    attribute = value;
  }

  @Override
  public String toString() {
    return remoteAddress;
  }
}
