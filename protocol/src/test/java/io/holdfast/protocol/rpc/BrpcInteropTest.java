package io.holdfast.protocol.rpc;

import static io.holdfast.protocol.rpc.EchoNode.ask;
import static io.holdfast.protocol.rpc.EchoNode.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.baidu.brpc.RpcContext;
import com.baidu.brpc.client.BrpcProxy;
import com.baidu.brpc.client.RpcClientOptions;
import com.baidu.brpc.protocol.BrpcMeta;
import com.baidu.brpc.protocol.Options;
import com.google.protobuf.ByteString;
import io.holdfast.protocol.rpc.testproto.EchoRequest;
import io.holdfast.protocol.rpc.testproto.EchoResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that others wrote, brpc-java, understands our server. */
class BrpcInteropTest {
  /** The service in brpc-java's form. */
  interface EchoStub {
    @BrpcMeta(serviceName = "holdfast.test.Echo", methodName = "Echo")
    EchoResponse echo(EchoRequest request);

    @BrpcMeta(serviceName = "Echo", methodName = "Hold")
    EchoResponse hold(EchoRequest request);

    @BrpcMeta(serviceName = "holdfast.test.Echo", methodName = "Fail")
    EchoResponse fail(EchoRequest request);

    @BrpcMeta(serviceName = "holdfast.test.Echo", methodName = "NotServed")
    EchoResponse notServed(EchoRequest request);
  }

  /** Drives brpc-java's proxy through the JDK's, because its own needs the JDK's internals open. */
  private static final class Stub extends BrpcProxy {
    private Stub(com.baidu.brpc.client.RpcClient client) {
      super(client, EchoStub.class);
    }

    static EchoStub of(com.baidu.brpc.client.RpcClient client) {
      client.setServiceInterface(EchoStub.class);
      var stub = new Stub(client);
      return (EchoStub)
          Proxy.newProxyInstance(
              EchoStub.class.getClassLoader(),
              new Class<?>[] {EchoStub.class},
              (proxy, method, arguments) -> stub.intercept(proxy, method, arguments, null));
    }
  }

  private EchoNode node;
  private com.baidu.brpc.client.RpcClient client;
  private EchoStub echo;

  @BeforeEach
  void start() throws Exception {
    node = new EchoNode();
    var options = new RpcClientOptions();
    options.setProtocolType(Options.ProtocolType.PROTOCOL_BAIDU_STD_VALUE);
    options.setMaxTryTimes(1);
    options.setReadTimeoutMillis(20_000);
    options.setConnectTimeoutMillis(5_000);
    options.setMinIdleConnections(1);
    client = new com.baidu.brpc.client.RpcClient("list://" + node.endpoint(), options);
    echo = Stub.of(client);
  }

  @AfterEach
  void stop() {
    client.stop();
    node.close();
  }

  @Test
  void messagesOfAllSizes() {
    var random = new Random(5);
    for (int size : new int[] {0, 1, 1_000, 100_000, 3_000_000}) {
      byte[] payload = new byte[size];
      random.nextBytes(payload);
      var request = ask("size " + size).toBuilder().setPayload(ByteString.copyFrom(payload));
      EchoResponse answer = echo.echo(request.build());
      assertThat(answer.getText()).isEqualTo("size " + size);
      assertThat(answer.getPayload()).isEqualTo(request.getPayload());
    }
  }

  @Test
  void attachments() {
    byte[] rows = {1, 2, 3, 4, 5};
    RpcContext.getContext().reset();
    RpcContext.getContext().setRequestBinaryAttachment(rows);
    assertThat(echo.echo(ask("with rows")).getText()).isEqualTo("with rows");
    ByteBuf answer = RpcContext.getContext().getResponseBinaryAttachment();
    assertThat(ByteBufUtil.getBytes(answer)).isEqualTo(rows);
    answer.release();
    RpcContext.getContext().reset();
  }

  @Test
  void failures() {
    assertThatThrownBy(() -> echo.fail(ask("my reason"))).hasMessageContaining("my reason");
    assertThatThrownBy(() -> echo.notServed(ask(""))).hasMessageContaining("served: Copy, Echo");
  }

  @Test
  void answersOutOfOrder() throws Exception {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String text = "" + i;
      answers.add(CompletableFuture.supplyAsync(() -> echo.hold(ask(text)).getText()));
    }
    List<RpcCall> held = new ArrayList<>();
    // As many as the common pool runs at once; at least one.
    held.add(node.takeHeld());
    assertThat(echo.echo(ask("overtakes")).getText()).isEqualTo("overtakes");
    held.get(0).reply(text("held"));
    for (int i = 1; i < 4; i++) {
      node.takeHeld().reply(text("held"));
    }
    for (var answer : answers) {
      assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("held");
    }
  }
}
