package io.holdfast.protocol.rpc;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpContentException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Serves one HTTP connection. HTTP/1.1 answers come in the order of the requests, so requests are
 * served one after the other; pipelined ones wait here. No more wait than one read has brought,
 * because each waiting one counts as in flight and the connection is not read at the bound.
 */
final class HttpServerHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private final ServerConnection connection;
  private final HttpRouter router;
  private final Deque<HttpExchange> waiting = new ArrayDeque<>();
  private ChannelHandlerContext context;
  private boolean busy;
  private boolean serving;
  private boolean ended;

  HttpServerHandler(ServerConnection connection) {
    this.connection = connection;
    this.router = new HttpRouter(connection, this::answer);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    connection.received(true, false);
    connection.buffered(0);
    take(
        new HttpExchange(
            request.method().name(),
            request.uri(),
            ByteBufUtil.getBytes(request.content()),
            HttpUtil.isKeepAlive(request),
            refusal(request.decoderResult())));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof DecoderException) {
      // Headers that contradict each other, for example. What follows cannot be told apart.
      take(new HttpExchange("", "", new byte[0], false, malformed(cause)));
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  private void take(HttpExchange exchange) {
    if (!ended) {
      connection.begin(exchange.bytes());
      waiting.add(exchange);
      serveNext();
    }
  }

  /** Called after a pause in reading: nothing waits here for that. */
  void resume() {
    serveNext();
  }

  private void serveNext() {
    if (serving) {
      // An answer that was given at once: the loop below goes on. Recursion could get deep.
      return;
    }
    serving = true;
    while (!busy && !waiting.isEmpty()) {
      busy = true;
      router.serve(waiting.remove());
    }
    serving = false;
  }

  private static HttpAnswer refusal(DecoderResult result) {
    if (result.isSuccess()) {
      return null;
    }
    if (result.cause() instanceof TooLongHttpContentException tooLong) {
      return HttpAnswer.text(413, tooLong.getMessage());
    }
    return malformed(result.cause());
  }

  private static HttpAnswer malformed(Throwable cause) {
    return HttpAnswer.text(400, "not HTTP/1.1: " + cause.getMessage());
  }

  /** On the event loop, once per exchange. */
  private void answer(HttpExchange exchange, HttpAnswer answer) {
    connection.replace(exchange.bytes(), answer.body().length);
    boolean keepAlive =
        exchange.keepAlive() && exchange.refusal() == null && !connection.server().isClosing();
    boolean head = exchange.method().equals("HEAD");
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            // The length is told, but a HEAD has no body: it would be read as the next answer.
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
    answer.headers().forEach((name, value) -> response.headers().set(name, value));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
    HttpUtil.setContentLength(response, answer.body().length);
    HttpUtil.setKeepAlive(response, keepAlive);
    if (!keepAlive) {
      stop();
    }
    connection.finishAfter(context.writeAndFlush(response), answer.body().length);
    busy = false;
    serveNext();
  }

  /** This answer is the last one; what else was asked is dropped. */
  private void stop() {
    ended = true;
    waiting.forEach(exchange -> connection.finish(exchange.bytes()));
    waiting.clear();
    connection.end();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    stop();
    super.channelInactive(ctx);
  }
}
