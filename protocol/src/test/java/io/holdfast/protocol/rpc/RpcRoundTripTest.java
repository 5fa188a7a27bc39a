package io.holdfast.protocol.rpc;

import static io.holdfast.protocol.rpc.EchoNode.LONG;
import static io.holdfast.protocol.rpc.EchoNode.ask;
import static io.holdfast.protocol.rpc.EchoNode.failure;
import static io.holdfast.protocol.rpc.EchoNode.get;
import static io.holdfast.protocol.rpc.EchoNode.method;
import static io.holdfast.protocol.rpc.EchoNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.rpc.testproto.EchoRequest;
import io.holdfast.protocol.rpc.testproto.EchoResponse;
import io.holdfast.protocol.rpc.testproto.Picky;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Our client and our server understand each other, in good times. */
@ExtendWith(NoLeaks.class)
class RpcRoundTripTest {
  private final RpcEventLoops loops = RpcEventLoops.create("test");
  private final RpcClient client = RpcClient.create(RpcClientSettings.defaults(), loops);
  private EchoNode node;

  @BeforeEach
  void start() throws IOException {
    node = new EchoNode();
  }

  @AfterEach
  void stop() {
    client.close();
    node.close();
    loops.close();
  }

  @Test
  void messagesAndAttachmentsTravelBothWays() throws InterruptedException {
    byte[] rows = new byte[5 << 20];
    new Random(1).nextBytes(rows);
    var request = EchoRequest.newBuilder().setText("ünï").setPayload(ByteString.copyFrom(rows));
    var attachment = ByteBuffer.wrap(rows, 7, 3 << 20);

    var reply =
        get(
            client.callWithAttachment(
                node.endpoint(),
                method("Echo"),
                request.build(),
                attachment,
                EchoResponse.getDefaultInstance(),
                LONG));

    assertThat(reply.message().getText()).isEqualTo("ünï");
    assertThat(reply.message().getPayload()).isEqualTo(request.getPayload());
    assertThat(reply.attachment()).isEqualTo(ByteBuffer.wrap(rows, 7, 3 << 20));
    assertThat(attachment.position()).isEqualTo(7);
  }

  @Test
  void answersMayOvertakeEachOther() throws InterruptedException {
    var first = node.call(client, "Hold", "1");
    var second = node.call(client, "Hold", "2");
    RpcCall firstHeld = node.takeHeld();
    RpcCall secondHeld = node.takeHeld();

    secondHeld.reply(text("two"));
    assertThat(get(second).getText()).isEqualTo("two");
    assertThat(first).isNotDone();
    firstHeld.reply(text("one"));
    assertThat(get(first).getText()).isEqualTo("one");
    assertThat(firstHeld.connection()).isSameAs(secondHeld.connection());
  }

  @Test
  void manyThreadsShareOneConnection() throws Exception {
    int threads = 4;
    int each = 2_000;
    var pool = Executors.newFixedThreadPool(threads);
    List<CompletableFuture<EchoResponse>> answers = new ArrayList<>();
    var done = new CountDownLatch(threads);
    for (int thread = 0; thread < threads; thread++) {
      String prefix = thread + ":";
      pool.execute(
          () -> {
            for (int i = 0; i < each; i++) {
              String text = prefix + i;
              var answer =
                  node.call(client, "Echo", text)
                      .thenApply(
                          response -> {
                            assertThat(response.getText()).isEqualTo(text);
                            return response;
                          });
              synchronized (answers) {
                answers.add(answer);
              }
            }
            done.countDown();
          });
    }
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    get(CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)));
    pool.shutdown();
    assertThat(node.server.context().connections).hasSize(1);
    Awaitility.await().until(() -> client.isQuiet(node.endpoint()));
    Awaitility.await().until(() -> node.server.context().inFlightBytes() == 0);
  }

  @Test
  void oneWayMessagesArriveInOrder() throws InterruptedException {
    for (int i = 0; i < 1_000; i++) {
      assertThat(client.send(node.endpoint(), method("Tell"), ask("" + i))).isTrue();
    }
    for (int i = 0; i < 1_000; i++) {
      assertThat(node.told.poll(20, TimeUnit.SECONDS)).isEqualTo("" + i);
    }
    Awaitility.await().until(() -> client.isQuiet(node.endpoint()));
  }

  @Test
  void failuresComeWithCodeAndText() throws InterruptedException {
    var own = failure(node.call(client, "Fail", "my reason"));
    assertThat(own).hasMessageContaining("my reason");
    assertThat(own.remoteCode()).isEqualTo(4711);
    assertThat(own.kind()).isEqualTo(RpcException.Kind.OUTCOME_UNKNOWN);

    var thrown = failure(node.call(client, "Throw", ""));
    assertThat(thrown).hasMessageContaining("on purpose");
    assertThat(thrown.remoteCode()).isEqualTo(RpcErrorCode.INTERNAL);

    var unknown = failure(node.call(client, "NotServed", ""));
    assertThat(unknown).hasMessageContaining("served: Copy, Echo, Fail");
    assertThat(unknown.remoteCode()).isEqualTo(RpcErrorCode.NO_METHOD);
    assertThat(unknown.kind()).isEqualTo(RpcException.Kind.REFUSED);

    var other = io.holdfast.protocol.openmldb.nameserver.NameServerOuterClass.getDescriptor();
    var foreign = other.findServiceByName("NameServer").findMethodByName("ShowTable");
    var wrongService =
        failure(
            client.call(
                node.endpoint(), foreign, ask(""), EchoResponse.getDefaultInstance(), LONG));
    assertThat(wrongService).hasMessageContaining("served: holdfast.test.Echo");
    assertThat(wrongService.remoteCode()).isEqualTo(RpcErrorCode.NO_SERVICE);

    var incomplete =
        failure(
            client.call(
                node.endpoint(),
                method("Pick"),
                Picky.newBuilder().setText("x").buildPartial(),
                EchoResponse.getDefaultInstance(),
                LONG));
    assertThat(incomplete).hasMessageContaining("must_have");
    assertThat(incomplete.kind()).isEqualTo(RpcException.Kind.REFUSED);
  }

  @Test
  void onlyTheFirstAnswerCounts() throws InterruptedException {
    var answer = node.call(client, "Hold", "");
    RpcCall call = node.takeHeld();
    call.reply(text("first"));
    call.reply(text("second"));
    call.fail(1, "third");
    assertThat(get(answer).getText()).isEqualTo("first");
    assertThat(get(node.call(client, "Echo", "next")).getText()).isEqualTo("next");
  }

  @Test
  void callsMayBeMadeOnIoThreads() throws InterruptedException {
    CompletableFuture<EchoResponse> chain = node.call(client, "Echo", "0");
    for (int i = 1; i < 50; i++) {
      String text = "" + i;
      chain = chain.thenCompose(before -> node.call(client, "Echo", text));
    }
    assertThat(get(chain).getText()).isEqualTo("49");
  }

  @Test
  void aConnectionRemembersAndTellsItsEnd() throws InterruptedException {
    var unused = node.call(client, "Hold", "");
    RpcConnection connection = node.takeHeld().connection();
    connection.attribute("who it is");
    assertThat(connection.attribute()).isEqualTo("who it is");
    var gone = new CountDownLatch(2);
    connection.onClose(gone::countDown);
    client.disconnect(node.endpoint());
    connection.onClose(gone::countDown);
    assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
    Awaitility.await().until(() -> node.server.context().inFlightBytes() == 0);
  }
}
