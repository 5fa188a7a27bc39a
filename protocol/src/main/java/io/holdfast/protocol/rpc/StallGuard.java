package io.holdfast.protocol.rpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection whose peer takes none of the bytes that wait for it. Without this, a peer
 * that never reads, or one behind a network that drops everything, would pin its share of memory
 * for as long as TCP keeps trying, which is many minutes.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what fails here ends the connection, which is noticed
final class StallGuard extends ChannelDuplexHandler {
  private static final Logger LOG = LoggerFactory.getLogger(StallGuard.class);

  private final long stallMillis;
  private ScheduledFuture<?> timer;
  private long completedWrites;
  private long lastProgress = -1;
  private long lastProgressNanos;

  StallGuard(long stallMillis) {
    this.stallMillis = stallMillis;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    long period = Math.max(1, stallMillis / 4);
    lastProgressNanos = System.nanoTime();
    timer =
        ctx.executor()
            .scheduleAtFixedRate(() -> check(ctx.channel()), period, period, TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    timer.cancel(false);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ctx.write(message, promise.unvoid()).addListener(done -> completedWrites++);
  }

  private void check(Channel channel) {
    var waiting = channel.unsafe().outboundBuffer();
    long progress = completedWrites + (waiting == null ? 0 : waiting.currentProgress());
    long now = System.nanoTime();
    if (waiting == null || waiting.isEmpty() || progress != lastProgress) {
      lastProgress = progress;
      lastProgressNanos = now;
    } else if (now - lastProgressNanos >= TimeUnit.MILLISECONDS.toNanos(stallMillis)) {
      LOG.info(
          "{} has taken nothing for {} ms, {} bytes wait; closing",
          channel.remoteAddress(),
          stallMillis,
          waiting.totalPendingWriteBytes());
      channel.close();
    }
  }
}
