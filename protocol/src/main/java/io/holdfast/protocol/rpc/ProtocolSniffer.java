package io.holdfast.protocol.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Looks at the first bytes of a connection and sets up the protocol they belong to. */
final class ProtocolSniffer extends ByteToMessageDecoder {
  private static final int SNIFF_BYTES = 4;
  private static final String STD = "PRPC";

  /** First four bytes of the HTTP methods that get an answer, if only that they are not served. */
  private static final List<String> HTTP =
      List.of("GET ", "POST", "HEAD", "PUT ", "DELE", "OPTI", "PATC");

  private final ServerConnection connection;

  ProtocolSniffer(ServerConnection connection) {
    this.connection = connection;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int length = Math.min(SNIFF_BYTES, in.readableBytes());
    String start = in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1);
    boolean std = STD.startsWith(start);
    boolean http = HTTP.stream().anyMatch(method -> method.startsWith(start));
    if (!std && !http) {
      in.skipBytes(in.readableBytes());
      connection.drop("speaks neither baidu_std nor HTTP/1.1");
    } else if (length == SNIFF_BYTES) {
      connection.handshakeDone();
      if (std) {
        speakStd(ctx.pipeline());
      } else {
        speakHttp(ctx.pipeline());
      }
      // Removing this decoder passes on the bytes that it has gathered.
      ctx.pipeline().remove(this);
    }
  }

  private void speakStd(ChannelPipeline pipeline) {
    int maxFrameBytes = connection.server().settings.maxFrameBytes();
    var decoder = new StdFrameDecoder(maxFrameBytes, new StdServerHandler(connection));
    connection.onResume(
        () -> {
          try {
            decoder.resume();
          } catch (Exception e) {
            pipeline.fireExceptionCaught(e);
          }
        });
    pipeline.addBefore(ServerTail.NAME, null, decoder);
  }

  private void speakHttp(ChannelPipeline pipeline) {
    int maxBodyBytes = connection.server().settings.maxFrameBytes();
    var handler = new HttpServerHandler(connection);
    connection.onResume(handler::resume);
    // Not HttpServerCodec: it gives up on a peer that pipelines more than 128 requests.
    pipeline.addBefore(ServerTail.NAME, null, new HttpIntake.Clock(connection));
    pipeline.addBefore(ServerTail.NAME, null, new HttpRequestDecoder());
    pipeline.addBefore(ServerTail.NAME, null, new HttpResponseEncoder());
    pipeline.addBefore(ServerTail.NAME, null, new HttpIntake.BodyLimit(maxBodyBytes));
    pipeline.addBefore(ServerTail.NAME, null, handler);
  }
}
