package io.holdfast.protocol.rpc;

import static io.holdfast.protocol.rpc.EchoNode.LONG;
import static io.holdfast.protocol.rpc.EchoNode.ask;
import static io.holdfast.protocol.rpc.EchoNode.failure;
import static io.holdfast.protocol.rpc.EchoNode.get;
import static io.holdfast.protocol.rpc.EchoNode.method;
import static io.holdfast.protocol.rpc.EchoNode.text;
import static io.holdfast.protocol.rpc.RawPeer.frame;
import static io.holdfast.protocol.rpc.RawPeer.meta;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.rpc.meta.RpcMeta;
import io.holdfast.protocol.rpc.testproto.EchoRequest;
import io.holdfast.protocol.rpc.testproto.EchoResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server against peers that send too much, too little, or something else. */
@ExtendWith(NoLeaks.class)
class RpcServerLimitsTest {
  private static final RpcServerSettings DEFAULTS = RpcServerSettings.defaults();

  @Test
  void aFrameThatIsTooLargeIsAnsweredAndSkipped() throws Exception {
    try (var node = new EchoNode(DEFAULTS.withMaxFrameBytes(1 << 20));
        var peer = new RawPeer(node.port())) {
      var large = EchoRequest.newBuilder().setPayload(ByteString.copyFrom(new byte[3 << 20]));
      peer.send(frame(meta("Echo", 7).build(), large.build()));
      RpcMeta refusal = peer.receiveMeta();
      assertThat(refusal.getCorrelationId()).isEqualTo(7);
      assertThat(refusal.getResponse().getErrorCode()).isEqualTo(RpcErrorCode.BAD_REQUEST);
      assertThat(refusal.getResponse().getErrorText()).contains("at most 1048576");

      peer.send(frame(meta("Echo", 8).build(), ask("next")));
      assertThat(peer.receiveMeta().getCorrelationId()).isEqualTo(8);

      // Only the header and the meta have come; that is enough to answer, and nothing is reserved.
      byte[] start = frame(meta("Echo", 9).build(), EchoRequest.getDefaultInstance());
      ByteBuffer.wrap(start).putInt(4, 0xFFFF_FFF0);
      peer.send(start);
      assertThat(peer.receiveMeta().getCorrelationId()).isEqualTo(9);
    }
  }

  @Test
  void anAnswerThatIsTooLargeBecomesAFailure() throws Exception {
    try (var node = new EchoNode(DEFAULTS.withMaxFrameBytes(1 << 20));
        var client = RpcClient.create(RpcClientSettings.defaults())) {
      var request = EchoRequest.newBuilder().setReplyBytes(2 << 20).build();
      var failed =
          failure(
              client.call(
                  node.endpoint(),
                  method("Echo"),
                  request,
                  EchoResponse.getDefaultInstance(),
                  LONG));
      assertThat(failed.remoteCode()).isEqualTo(RpcErrorCode.BAD_RESPONSE);
      assertThat(failed.kind()).isEqualTo(RpcException.Kind.OUTCOME_UNKNOWN);
    }
  }

  @Test
  void readableFramesWithUnreadableContentAreAnswered() throws Exception {
    try (var node = new EchoNode();
        var peer = new RawPeer(node.port())) {
      peer.send(frame(meta("Echo", 1).setCompressType(1).build(), ask("")));
      assertThat(peer.receiveMeta().getResponse().getErrorText()).contains("compression");
      peer.send(frame(meta("Echo", 2).setAttachmentSize(99).build(), ask("")));
      assertThat(peer.receiveMeta().getResponse().getErrorText()).contains("attachment of 99");
      peer.send(frame(meta("Echo", 3).setAttachmentSize(-1).build(), ask("")));
      assertThat(peer.receiveMeta().getResponse().getErrorText()).contains("attachment of -1");
      peer.send(frame(RpcMeta.newBuilder().setCorrelationId(4).build(), ask("")));
      assertThat(peer.receiveMeta().getResponse().getErrorCode())
          .isEqualTo(RpcErrorCode.NO_SERVICE);
      // A meta in the place of the message: field 1 is no text there.
      peer.send(frame(meta("Echo", 5).build(), RpcMeta.newBuilder().setCompressType(1).build()));
      assertThat(peer.receiveMeta().getCorrelationId()).isEqualTo(5);
    }
  }

  @Test
  void otherProtocolsAndBrokenStreamsAreClosed() throws Exception {
    try (var node = new EchoNode()) {
      for (String start :
          new String[] {"SSH-2.0-x\r\n", "\u0016\u0003\u0001", "PRI * HTTP/2.0\r\n\r\n", "P0"}) {
        try (var peer = new RawPeer(node.port())) {
          peer.send(start);
          assertThat(peer.receiveAll()).isEmpty();
        }
      }
      byte[] good = frame(meta("Echo", 1).build(), ask(""));
      byte[] metaTooLarge = good.clone();
      ByteBuffer.wrap(metaTooLarge).putInt(8, good.length);
      byte[] metaGarbled = good.clone();
      Arrays.fill(metaGarbled, 12, 20, (byte) 0xFF);
      for (byte[] bad : new byte[][] {metaTooLarge, metaGarbled}) {
        try (var peer = new RawPeer(node.port())) {
          peer.send(good);
          peer.receiveMeta();
          peer.send(bad);
          assertThat(peer.receiveAll()).isEmpty();
        }
      }
      node.assertServes();
    }
  }

  @Test
  void whoSaysNothingOrStopsInTheMiddleIsClosed() throws Exception {
    var settings = DEFAULTS.withTimes(100, 100, 300, 10_000);
    byte[] whole = frame(meta("Echo", 1).build(), ask("text"));
    byte[][] beginnings = {
      {}, {'P'}, {'P', 'R', 'P', 'C'}, Arrays.copyOf(whole, whole.length - 1),
    };
    try (var node = new EchoNode(settings)) {
      for (byte[] beginning : beginnings) {
        try (var peer = new RawPeer(node.port())) {
          peer.send(beginning);
          assertThat(peer.receiveAll()).isEmpty();
        }
      }
      for (String beginning :
          new String[] {"GET /liven", "POST /Echo/Echo HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"}) {
        try (var peer = new RawPeer(node.port())) {
          peer.send(beginning);
          assertThat(peer.receiveAll()).isEmpty();
        }
      }
      try (var idle = new RawPeer(node.port())) {
        idle.send(whole);
        idle.receiveMeta();
        assertThat(idle.receiveAll()).isEmpty();
      }
      // A call that is being served is not idle, however long it takes.
      try (var waiting = new RawPeer(node.port())) {
        waiting.send(frame(meta("Hold", 2).build(), ask("")));
        RpcCall held = node.takeHeld();
        waiting.socket.setSoTimeout(700);
        assertThatThrownBy(() -> waiting.in.read()).isInstanceOf(SocketTimeoutException.class);
        waiting.socket.setSoTimeout(20_000);
        held.reply(text(""));
        assertThat(waiting.receiveMeta().getCorrelationId()).isEqualTo(2);
      }
    }
  }

  @Test
  void placesAreLimitedAndComeFree() throws Exception {
    try (var node = new EchoNode(DEFAULTS.withMaxConnections(2))) {
      try (var first = new RawPeer(node.port());
          var second = new RawPeer(node.port())) {
        Awaitility.await().until(() -> node.server.context().connections.size() == 2);
        try (var third = new RawPeer(node.port())) {
          assertThat(third.receiveAll()).isEmpty();
        }
        first.send(frame(meta("Echo", 1).build(), ask("")));
        assertThat(first.receiveMeta().getCorrelationId()).isEqualTo(1);
        second.send(frame(meta("Echo", 1).build(), ask("")));
        second.receiveMeta();
      }
      Awaitility.await().until(() -> node.server.context().connections.isEmpty());
      node.assertServes();
    }
  }

  @Test
  void aClientThatNeverReadsPinsLittleAndIsClosed() throws Exception {
    var settings = DEFAULTS.withInFlight(64, 4 << 20, 256 << 20).withTimes(1000, 2000, 9000, 700);
    try (var node = new EchoNode(settings);
        var peer = new RawPeer(node.port())) {
      var request = EchoRequest.newBuilder().setPayload(ByteString.copyFrom(new byte[64 << 10]));
      byte[] bytes = frame(meta("Echo", 1).build(), request.build());
      var mostSeen = new long[1];
      var writer =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < 4_000; i++) { // 256 MiB if it were taken
                    peer.send(bytes);
                    mostSeen[0] = Math.max(mostSeen[0], node.server.context().inFlightBytes());
                  }
                } catch (IOException e) {
                  throw new AssertionError("closed, as it should", e);
                }
              });
      assertThatThrownBy(() -> writer.get(20, TimeUnit.SECONDS))
          .hasStackTraceContaining("closed, as it should");
      assertThat(mostSeen[0]).isBetween(1L, 8L << 20);
      Awaitility.await().until(() -> node.server.context().inFlightBytes() == 0);
      node.assertServes();
    }
  }

  @Test
  void aConnectionAtItsBoundIsReadOnWhenAnswersGoOut() throws Exception {
    try (var node = new EchoNode(DEFAULTS.withInFlight(5, 64 << 20, 256 << 20));
        var peer = new RawPeer(node.port())) {
      for (int i = 1; i <= 20; i++) {
        peer.send(frame(meta("Hold", i).build(), ask("")));
      }
      for (int round = 0; round < 20; round++) {
        RpcCall call = node.takeHeld();
        assertThat(node.held.size()).isLessThan(5);
        call.reply(text(""));
      }
      for (int i = 1; i <= 20; i++) {
        assertThat(peer.receiveMeta().getCorrelationId()).isEqualTo(i);
      }
    }
  }

  @Test
  void beyondTheServersBoundRequestsAreRefused() throws Exception {
    var settings = DEFAULTS.withMaxFrameBytes(1 << 20).withInFlight(100, 64 << 20, 1 << 20);
    try (var node = new EchoNode(settings);
        var client = RpcClient.create(RpcClientSettings.defaults())) {
      for (int payload : new int[] {1_048_000, 2_000}) {
        var request = EchoRequest.newBuilder().setPayload(ByteString.copyFrom(new byte[payload]));
        var unused =
            client.call(
                node.endpoint(),
                method("Hold"),
                request.build(),
                EchoResponse.getDefaultInstance(),
                LONG);
      }
      RpcCall first = node.takeHeld();
      RpcCall second = node.takeHeld();
      var refused = failure(node.call(client, "Echo", ""));
      assertThat(refused.remoteCode()).isEqualTo(RpcErrorCode.OVERLOADED);
      assertThat(refused.kind()).isEqualTo(RpcException.Kind.REFUSED);
      first.reply(text(""));
      second.reply(text(""));
      Awaitility.await().until(() -> node.server.context().inFlightBytes() == 0);
      get(node.call(client, "Echo", ""));
    }
  }

  @Test
  void incompleteRequestsCountAndAreNotKeptWhenMemoryIsShort() throws Exception {
    var settings = DEFAULTS.withMaxFrameBytes(1 << 20).withInFlight(100, 64 << 20, 1 << 20);
    var large = EchoRequest.newBuilder().setPayload(ByteString.copyFrom(new byte[1_000_000]));
    byte[] frame = frame(meta("Echo", 1).build(), large.build());
    byte[] most = Arrays.copyOf(frame, 800_000);
    byte[] rest = Arrays.copyOfRange(frame, most.length, frame.length);
    try (var node = new EchoNode(settings);
        var first = new RawPeer(node.port());
        var second = new RawPeer(node.port())) {
      first.send(most);
      Awaitility.await().until(() -> node.server.context().inFlightBytes() >= most.length);
      second.send(most);
      assertThat(second.receiveMeta().getResponse().getErrorCode())
          .isEqualTo(RpcErrorCode.OVERLOADED);
      second.send(rest);
      first.send(rest);
      assertThat(first.receiveMeta().getResponse().getErrorCode()).isZero();
      second.send(frame);
      assertThat(second.receiveMeta().getResponse().getErrorCode()).isZero();
    }
  }

  @Test
  void theWorkedExampleOfTheFormatPageIsTrue() throws Exception {
    byte[] request =
        HexFormat.ofDelimiter(" ")
            .parseHex(
                "50 52 50 43 00 00 00 14 00 00 00 10 0a 0c 0a 04 45 63 68 6f 12 04 45 63 68 6f"
                    + " 20 07 0a 02 68 69");
    try (var node = new EchoNode();
        var peer = new RawPeer(node.port())) {
      peer.send(request);
      assertThat(HexFormat.ofDelimiter(" ").formatHex(peer.in.readNBytes(20)))
          .isEqualTo("50 52 50 43 00 00 00 08 00 00 00 04 12 00 20 07 0a 02 68 69");
    }
  }

  @Test
  void aPortInUseIsSaid() throws Exception {
    try (var node = new EchoNode()) {
      assertThatThrownBy(() -> new EchoNode(DEFAULTS, node.port()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(node.endpoint())
          .hasMessageContaining("configure another");
    }
  }

  @Test
  void closingLetsCallsFinish() throws Exception {
    try (var client = RpcClient.create(RpcClientSettings.defaults())) {
      var node = new EchoNode();
      var answer = node.call(client, "Hold", "");
      RpcCall call = node.takeHeld();
      var closing = CompletableFuture.runAsync(node::close);
      Awaitility.await().until(() -> node.server.context().isClosing());
      var refused = failure(node.call(client, "Echo", "too late"));
      assertThat(refused.remoteCode()).isEqualTo(RpcErrorCode.SHUTTING_DOWN);
      assertThat(closing).isNotDone();
      call.reply(text("finished"));
      assertThat(get(answer).getText()).isEqualTo("finished");
      get(closing);
    }
  }

  @Test
  void closingDoesNotWaitForEver() throws Exception {
    try (var client = RpcClient.create(RpcClientSettings.defaults())) {
      var node = new EchoNode(DEFAULTS.withCloseGraceMillis(100));
      var answer = node.call(client, "Hold", "");
      RpcCall call = node.takeHeld();
      node.close();
      assertThat(failure(answer).kind()).isEqualTo(RpcException.Kind.OUTCOME_UNKNOWN);
      call.reply(text("nobody hears this"));
    }
  }

  /**
   * Whatever bytes come, the connection is answered or closed and the server goes on. Most inputs
   * begin as real frames do, because noise from the first byte on tests nothing but the first byte.
   */
  @Test
  void randomBytesDoNoHarm() throws Exception {
    long seed = 20240917;
    var random = new Random(seed);
    try (var node = new EchoNode(DEFAULTS.withMaxFrameBytes(64 << 10))) {
      for (int i = 0; i < 4_000; i++) {
        byte[] input = input(random);
        try (var peer = new RawPeer(node.port())) {
          peer.send(input);
          peer.socket.shutdownOutput();
          peer.receiveAll();
        } catch (IOException e) {
          // Closed while we were sending: that is an answer. Not closed is not.
          assertThat(e)
              .as("seed %d, input %d", seed, i)
              .isNotInstanceOf(SocketTimeoutException.class);
        }
        node.held.clear();
        node.told.clear();
      }
      Awaitility.await().until(() -> node.server.context().connections.isEmpty());
      assertThat(node.server.context().inFlightBytes()).isZero();
      node.assertServes();
    }
  }

  private static byte[] input(Random random) {
    String[] methods = {"Echo", "Hold", "Fail", "Tell", "Nothing"};
    var meta = meta(methods[random.nextInt(methods.length)], random.nextLong());
    byte[] payload = new byte[random.nextInt(300)];
    random.nextBytes(payload);
    var request = EchoRequest.newBuilder().setPayload(ByteString.copyFrom(payload)).build();
    byte[] frame = frame(meta.build(), request);
    byte[] two = Arrays.copyOf(frame, frame.length * 2);
    System.arraycopy(frame, 0, two, frame.length, frame.length);
    return switch (random.nextInt(6)) {
      case 0 -> noise(random, new byte[random.nextInt(400)], 0);
      case 1 -> noise(random, frame, 4);
      case 2 -> noise(random, frame, 12);
      case 3 -> flip(random, two);
      case 4 -> Arrays.copyOf(two, random.nextInt(two.length));
      default ->
          flip(
              random,
              "POST /Echo/Echo HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    };
  }

  private static byte[] noise(Random random, byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }

  private static byte[] flip(Random random, byte[] bytes) {
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }
}
