package io.holdfast.protocol.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.holdfast.protocol.rpc.testproto.EchoRequest;
import io.holdfast.protocol.rpc.testproto.EchoResponse;
import io.holdfast.protocol.rpc.testproto.Everything;
import io.holdfast.protocol.rpc.testproto.Picky;
import io.holdfast.protocol.rpc.testproto.RpcTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A server with the test's echo service, and ways to call it. */
final class EchoNode implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(20);
  static final ServiceDescriptor ECHO = RpcTest.getDescriptor().findServiceByName("Echo");

  /** Calls of Hold that the test has to answer. */
  final BlockingQueue<RpcCall> held = new LinkedBlockingQueue<>();

  /** Messages of Tell. */
  final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  final RpcServer server;

  EchoNode() throws IOException {
    this(RpcServerSettings.defaults());
  }

  EchoNode(RpcServerSettings settings) throws IOException {
    this(settings, 0);
  }

  EchoNode(RpcServerSettings settings, int port) throws IOException {
    server =
        RpcServer.builder()
            .port(port)
            .settings(settings)
            .service(service())
            .httpGet("/liveness", query -> HttpAnswer.text(200, "alive " + query))
            .httpApi("/api/v1", EchoNode::api)
            .httpGet(
                "/broken",
                query -> {
                  throw new IllegalStateException("broken page");
                })
            .build()
            .start();
  }

  private static void api(HttpApi.Request request, Consumer<Supplier<HttpAnswer>> answer) {
    switch (request.path()) {
      case "/api/v1/throw" -> throw new IllegalStateException("broken");
      case "/api/v1/unmade" ->
          answer.accept(
              () -> {
                throw new IllegalStateException("broken");
              });
      default -> {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        String text = request.method() + " " + request.path() + " " + request.query() + " " + body;
        // From another thread, as an answer usually comes.
        new Thread(() -> answer.accept(() -> HttpAnswer.text(200, text))).start();
      }
    }
  }

  private ServiceDefinition service() {
    var request = EchoRequest.getDefaultInstance();
    return ServiceDefinition.builder(ECHO)
        .unary("Echo", request, (asked, call) -> call.reply(echo(asked), call.attachment()))
        .unary("Hold", request, (asked, call) -> held.add(call))
        .unary("Fail", request, (asked, call) -> call.fail(4711, asked.getText()))
        .unary(
            "Throw",
            request,
            (asked, call) -> {
              throw new IllegalStateException("on purpose");
            })
        .unary("Copy", Everything.getDefaultInstance(), (asked, call) -> call.reply(asked))
        .unary("Pick", Picky.getDefaultInstance(), (asked, call) -> call.reply(text("picked")))
        .oneWay("Tell", request, (asked, connection) -> told.add(asked.getText()))
        .build();
  }

  private static EchoResponse echo(EchoRequest asked) {
    var answer = EchoResponse.newBuilder().setText(asked.getText());
    if (asked.hasPayload()) {
      answer.setPayload(asked.getPayload());
    }
    if (asked.hasReplyBytes()) {
      answer.setPayload(ByteString.copyFrom(new byte[asked.getReplyBytes()]));
    }
    return answer.build();
  }

  static EchoResponse text(String text) {
    return EchoResponse.newBuilder().setText(text).build();
  }

  static EchoRequest ask(String text) {
    return EchoRequest.newBuilder().setText(text).build();
  }

  static MethodDescriptor method(String name) {
    return ECHO.findMethodByName(name);
  }

  int port() {
    return server.port();
  }

  String endpoint() {
    return "127.0.0.1:" + port();
  }

  RpcCall takeHeld() throws InterruptedException {
    RpcCall call = held.poll(20, TimeUnit.SECONDS);
    if (call == null) {
      throw new AssertionError("no call came");
    }
    return call;
  }

  CompletableFuture<EchoResponse> call(RpcClient client, String method, String text) {
    return call(client, method, text, LONG);
  }

  CompletableFuture<EchoResponse> call(
      RpcClient client, String method, String text, Duration timeout) {
    return client.call(
        endpoint(), method(method), ask(text), EchoResponse.getDefaultInstance(), timeout);
  }

  /** Checks that the server still serves a new client. */
  void assertServes() throws InterruptedException {
    try (var client = RpcClient.create(RpcClientSettings.defaults())) {
      if (!get(call(client, "Echo", "still there")).getText().equals("still there")) {
        throw new AssertionError("a wrong answer");
      }
    }
  }

  static <T> T get(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("no answer", e);
    }
  }

  /** How a call failed; anything but an {@link RpcException} is an error of the client. */
  static RpcException failure(CompletableFuture<?> future) throws InterruptedException {
    try {
      Object answer = future.get(20, TimeUnit.SECONDS);
      throw new AssertionError("should have failed, gave " + answer);
    } catch (ExecutionException e) {
      return (RpcException) e.getCause();
    } catch (TimeoutException e) {
      throw new AssertionError("neither answer nor failure", e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
