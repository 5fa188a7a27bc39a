package io.holdfast.protocol.rpc;

import static io.holdfast.protocol.rpc.EchoNode.LONG;
import static io.holdfast.protocol.rpc.EchoNode.ask;
import static io.holdfast.protocol.rpc.EchoNode.failure;
import static io.holdfast.protocol.rpc.EchoNode.get;
import static io.holdfast.protocol.rpc.EchoNode.method;
import static io.holdfast.protocol.rpc.EchoNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.rpc.RpcException.Kind;
import io.holdfast.protocol.rpc.testproto.EchoRequest;
import io.holdfast.protocol.rpc.testproto.EchoResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The client when servers are slow, dead, absent or hostile. */
@ExtendWith(NoLeaks.class)
class RpcClientFailureTest {
  private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
  private RpcClient client = client(RpcClientSettings.defaults());

  private RpcClient client(RpcClientSettings settings) {
    var made = RpcClient.create(settings);
    made.onConnectionChange((endpoint, event) -> events.add(event));
    return made;
  }

  @AfterEach
  void stop() {
    client.close();
  }

  private ConnectionEvent nextEvent() throws InterruptedException {
    return events.poll(20, TimeUnit.SECONDS);
  }

  private CompletableFuture<EchoResponse> echo(String endpoint, EchoRequest request) {
    return client.call(endpoint, method("Echo"), request, EchoResponse.getDefaultInstance(), LONG);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aLateAnswerIsDropped() throws Exception {
    try (var node = new EchoNode()) {
      var late = failure(node.call(client, "Hold", "", Duration.ofMillis(50)));
      assertThat(late.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
      node.takeHeld().reply(text("too late"));
      assertThat(get(node.call(client, "Echo", "next")).getText()).isEqualTo("next");
      Awaitility.await().until(() -> client.isQuiet(node.endpoint()));
    }
  }

  @Test
  void aRefusingPortFailsCallsAtOnceAndIsTold() throws Exception {
    String endpoint = "127.0.0.1:" + freePort();
    var refused = failure(echo(endpoint, ask("")));
    assertThat(refused.kind()).isEqualTo(Kind.NOT_CONNECTED);
    assertThat(nextEvent()).isEqualTo(ConnectionEvent.REFUSED);
    Awaitility.await().until(() -> client.isQuiet(endpoint));
  }

  @Test
  void namesAndEndpointsThatLeadNowhereAreNotConnected() throws Exception {
    for (String endpoint : List.of("no-such-host.invalid:1", "nonsense", "a:b", "127.0.0.1:0")) {
      assertThat(failure(echo(endpoint, ask(""))).kind()).isEqualTo(Kind.NOT_CONNECTED);
    }
  }

  @Test
  void thePeersDeathFailsAllThatWait() throws Exception {
    try (var listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String endpoint = "127.0.0.1:" + listener.getLocalPort();
      List<CompletableFuture<EchoResponse>> waiting = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        waiting.add(echo(endpoint, ask("" + i)));
      }
      try (var peer = new RawPeer(listener.accept())) {
        for (int i = 0; i < 100; i++) {
          assertThat(peer.receiveMeta().getRequest().getMethodName()).isEqualTo("Echo");
        }
        assertThat(nextEvent()).isEqualTo(ConnectionEvent.CONNECTED);
      }
      for (var call : waiting) {
        assertThat(failure(call).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
      }
      assertThat(nextEvent()).isEqualTo(ConnectionEvent.CLOSED);
      Awaitility.await().until(() -> client.isQuiet(endpoint));
    }
  }

  @Test
  void aServerThatComesBackIsUsedAgain() throws Exception {
    int port;
    try (var node = new EchoNode()) {
      port = node.port();
      get(node.call(client, "Echo", ""));
    }
    assertThat(nextEvent()).isEqualTo(ConnectionEvent.CONNECTED);
    assertThat(nextEvent()).isEqualTo(ConnectionEvent.CLOSED);
    String endpoint = "127.0.0.1:" + port;
    assertThat(failure(echo(endpoint, ask(""))).kind()).isEqualTo(Kind.NOT_CONNECTED);
    try (var again = new EchoNode(RpcServerSettings.defaults(), port)) {
      assertThat(again.endpoint()).isEqualTo(endpoint);
      Awaitility.await()
          .atMost(5, TimeUnit.SECONDS)
          .ignoreExceptions()
          .until(
              () -> echo(endpoint, ask("back")).get(1, TimeUnit.SECONDS).getText().equals("back"));
    }
  }

  @Test
  void boundsRefuseBeforeSending() throws Exception {
    client.close();
    client =
        client(RpcClientSettings.defaults().withMaxFrameBytes(10_000).withInFlight(3, 100_000));
    try (var node = new EchoNode()) {
      List<CompletableFuture<EchoResponse>> fit = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        fit.add(node.call(client, "Hold", ""));
      }
      var beyond = failure(node.call(client, "Hold", ""));
      assertThat(beyond.kind()).isEqualTo(Kind.NOT_SENT);
      assertThat(beyond).hasMessageContaining("of 3 requests");
      assertThat(client.send(node.endpoint(), method("Tell"), ask(""))).isFalse();
      for (var call : fit) {
        node.takeHeld().reply(text(""));
        get(call);
      }
      var tooLarge =
          EchoRequest.newBuilder().setPayload(ByteString.copyFrom(new byte[10_000])).build();
      assertThat(failure(echo(node.endpoint(), tooLarge)).kind()).isEqualTo(Kind.NOT_SENT);

      var largeAnswer = EchoRequest.newBuilder().setReplyBytes(10_000).build();
      assertThat(failure(echo(node.endpoint(), largeAnswer)))
          .hasMessageContaining("at most 10000 are read");
      Awaitility.await().until(() -> client.isQuiet(node.endpoint()));
    }
  }

  @Test
  void aPeerThatStopsReadingCannotPileUpRequests() throws Exception {
    client.close();
    client =
        client(
            RpcClientSettings.defaults()
                .withMaxFrameBytes(1 << 20)
                .withInFlight(1_000, 4 << 20)
                .withTimes(2_000, 200, 300));
    var request = EchoRequest.newBuilder().setPayload(ByteString.copyFrom(new byte[500_000]));
    try (var listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String endpoint = "127.0.0.1:" + listener.getLocalPort();
      Duration shortTime = Duration.ofMillis(1);
      // Each call is over soon, yet its bytes count until they are gone. So the bound is reached.
      Awaitility.await()
          .pollInterval(Duration.ofMillis(1))
          .until(
              () ->
                  failure(
                              client.call(
                                  endpoint,
                                  method("Echo"),
                                  request.build(),
                                  EchoResponse.getDefaultInstance(),
                                  shortTime))
                          .kind()
                      == Kind.NOT_SENT);
      // In the end the stalled connection is given up, and everything with it.
      assertThat(nextEvent()).isEqualTo(ConnectionEvent.CONNECTED);
      assertThat(nextEvent()).isEqualTo(ConnectionEvent.CLOSED);
      Awaitility.await().until(() -> client.isQuiet(endpoint));
    }
  }

  @Test
  void closingFailsWhatWaitsAndWhatComes() throws Exception {
    try (var node = new EchoNode()) {
      var waiting = node.call(client, "Hold", "");
      node.takeHeld();
      client.close();
      assertThat(failure(waiting).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
      assertThat(failure(node.call(client, "Echo", "")).kind()).isEqualTo(Kind.NOT_SENT);
      assertThat(client.send(node.endpoint(), method("Tell"), ask(""))).isFalse();
    }
  }
}
