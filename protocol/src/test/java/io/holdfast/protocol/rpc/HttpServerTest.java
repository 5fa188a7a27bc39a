package io.holdfast.protocol.rpc;

import static io.holdfast.protocol.rpc.EchoNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** HTTP+JSON on the same port, as curl and the operators' scripts use it. */
@ExtendWith(NoLeaks.class)
class HttpServerTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private EchoNode node;

  @BeforeEach
  void start() throws IOException {
    node = new EchoNode(RpcServerSettings.defaults().withMaxFrameBytes(1 << 20));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private URI uri(String path) {
    return URI.create("http://" + node.endpoint() + path);
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(uri(path))
            .header("Authorization", "foo")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  @Test
  void methodsAreReachedByBothNames() throws Exception {
    for (String path : new String[] {"/Echo/Echo", "/holdfast.test.Echo/Echo", "/Echo/Echo?x=1"}) {
      var answer = post(path, "{\"text\":\"hi\",\"unknown\":{\"a\":[1]}}");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("content-type")).contains("application/json");
      assertThat(answer.body()).isEqualTo("{\"text\":\"hi\"}");
    }
    assertThat(get("/Echo/Copy").body()).isEqualTo("{}");
    assertThat(post("/Echo/Copy", "").body()).isEqualTo("{}");
  }

  @Test
  void failuresHaveStatusAndText() throws Exception {
    var malformed = post("/Echo/Echo", "{\"text\":");
    assertThat(malformed.statusCode()).isEqualTo(400);
    assertThat(malformed.body()).contains("cannot read the body as holdfast.test.EchoRequest");
    var incomplete = get("/Echo/Pick");
    assertThat(incomplete.statusCode()).isEqualTo(400);
    assertThat(incomplete.body()).contains("must_have");
    var unknown = get("/Echo/Nothing");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("POST /Echo/Copy\n").contains("GET /liveness");
    assertThat(get("/").statusCode()).isEqualTo(404);
    var failed = post("/Echo/Fail", "{\"text\":\"my reason\"}");
    assertThat(failed.statusCode()).isEqualTo(500);
    assertThat(failed.body()).isEqualTo("[4711] my reason");
    assertThat(post("/Echo/Throw", "{}").statusCode()).isEqualTo(500);
    var put = HttpRequest.newBuilder(uri("/Echo/Echo")).DELETE().build();
    assertThat(http.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  @Test
  void pagesAreServed() throws Exception {
    assertThat(get("/liveness?deep=1").body()).isEqualTo("alive deep=1");
    assertThat(get("/broken").statusCode()).isEqualTo(500);
  }

  /** Shows that a part of the tree has a handler of its own, for every method and in order. */
  @Test
  void everythingBelowAPathIsServed() throws Exception {
    var put =
        HttpRequest.newBuilder(uri("/api/v1/a/b?x=1"))
            .PUT(HttpRequest.BodyPublishers.ofString("body"))
            .build();
    assertThat(http.send(put, BodyHandlers.ofString()).body())
        .isEqualTo("PUT /api/v1/a/b x=1 body");
    assertThat(get("/api/v1").body()).isEqualTo("GET /api/v1  ");
    assertThat(get("/api/v1broken").statusCode()).isEqualTo(404);
    assertThat(get("/api/v1/throw").statusCode()).isEqualTo(500);
    assertThat(get("/api/v1/unmade").statusCode()).isEqualTo(500);
    assertThat(get("/liveness").statusCode()).isEqualTo(200);
  }

  @Test
  void oneWayMethodsAnswerAtOnce() throws Exception {
    assertThat(post("/Echo/Tell", "{\"text\":\"news\"}").statusCode()).isEqualTo(202);
    assertThat(node.told.poll(20, TimeUnit.SECONDS)).isEqualTo("news");
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
    try (var peer = new RawPeer(node.port())) {
      String request =
          "POST /Echo/%s HTTP/1.1\r\nHost: x\r\nContent-Length: 14\r\n\r\n{\"text\":\"abc\"}";
      String last = "GET /liveness HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      String many = "GET /Echo/Copy HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3_000);
      var sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  peer.send(String.format(request, "Hold") + String.format(request, "Echo"));
                  peer.send(many + last);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      node.takeHeld().reply(text("held"));
      String answers = peer.receiveAll();
      sending.get(20, TimeUnit.SECONDS);
      assertThat(answers.indexOf("held")).isPositive().isLessThan(answers.indexOf("abc"));
      assertThat(answers.split("\r\n\r\n\\{}", -1)).hasSize(3_001);
      assertThat(answers).endsWith("alive ");
    }
    Awaitility.await().until(() -> node.server.context().inFlightBytes() == 0);
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedInItsTurn() throws Exception {
    try (var peer = new RawPeer(node.port())) {
      peer.send("GET /Echo/Hold HTTP/1.1\r\n\r\n");
      peer.send("POST /Echo/Echo HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n{");
      node.takeHeld().reply(text("held"));
      String answers = peer.receiveAll();
      assertThat(answers).contains("413 Request Entity Too Large").contains("at most 1048576");
      assertThat(answers.indexOf("held")).isPositive().isLessThan(answers.indexOf(" 413 "));
    }
    try (var peer = new RawPeer(node.port())) {
      peer.send("GET /liveness HTTP/1.1\r\nContent-Length: two\r\n\r\n");
      assertThat(peer.receiveAll()).contains(" 400 ");
    }
  }

  @Test
  void hundredContinueIsGiven() throws Exception {
    try (var peer = new RawPeer(node.port())) {
      peer.send("POST /Echo/Copy HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      byte[] start = peer.in.readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
      assertThat(new String(start, java.nio.charset.StandardCharsets.UTF_8)).contains(" 100 ");
      peer.send("{}");
      assertThat(peer.in.readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
    }
  }
}
