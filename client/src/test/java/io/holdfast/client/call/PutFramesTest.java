package io.holdfast.client.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.client.ManualTime;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.openmldb.tablet.WriteName;
import io.holdfast.protocol.rpc.RpcCaller;
import io.holdfast.protocol.rpc.RpcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PutFramesTest {
  private static final MethodDescriptor PUT =
      Tablet.getDescriptor().findServiceByName("TabletServer").findMethodByName("Put");

  private final ManualTime time = new ManualTime();
  private final List<CompletableFuture<Message>> underWay = new ArrayList<>();
  private final RpcCaller transport =
      new RpcCaller() {
        @Override
        @SuppressWarnings("unchecked") // the test answers with what is asked for
        public <R extends Message> CompletableFuture<R> call(
            String endpoint, MethodDescriptor method, Message request, R response, Duration time) {
          CompletableFuture<Message> answer = new CompletableFuture<>();
          underWay.add(answer);
          return answer.thenApply(message -> (R) message);
        }
      };
  private final PutFrames frames = new PutFrames(transport, new FrameSupport(time), time);

  private CompletableFuture<PutResponse> put(ByteString value, Duration timeout) {
    PutRequest request =
        PutRequest.newBuilder()
            .setTid(1)
            .setValue(value)
            .setWriteName(WriteName.newBuilder().setSessionLow(1).setSeq(1))
            .build();
    return frames.call("a:1", PUT, request, PutResponse.getDefaultInstance(), timeout);
  }

  private static RpcException.Kind failureOf(CompletableFuture<PutResponse> put) {
    return put.handle((done, failure) -> ((RpcException) failure).kind()).join();
  }

  /** Of 64 MiB that wait, what is more is refused, and is certainly not done. */
  @Test
  void whatWaitsIsBounded() {
    ByteString large = ByteString.copyFrom(new byte[3 << 20]);
    List<CompletableFuture<PutResponse>> puts = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      puts.add(put(large, Duration.ofSeconds(5)));
    }
    // Two are under way, 21 fit behind them.
    assertThat(underWay).hasSize(2);
    assertThat(puts.subList(0, 23)).noneMatch(CompletableFuture::isDone);
    assertThat(puts.subList(23, 30))
        .allMatch(put -> put.isDone() && failureOf(put) == RpcException.Kind.NOT_SENT);
    underWay.get(0).complete(PutResponse.newBuilder().setCode(0).build());
    assertThat(put(large, Duration.ofSeconds(5))).isNotDone();
  }

  /** One whose time is over before it is sent is certainly not done, and is not sent. */
  @Test
  void aPutWhoseTimeIsOverIsNotSent() {
    ByteString small = ByteString.copyFromUtf8("v");
    put(small, Duration.ofSeconds(5));
    put(small, Duration.ofSeconds(5));
    CompletableFuture<PutResponse> late = put(small, Duration.ofMillis(100));
    time.pass(200);
    underWay.get(0).complete(PutResponse.newBuilder().setCode(0).build());
    assertThat(underWay).hasSize(2);
    assertThat(failureOf(late)).isEqualTo(RpcException.Kind.NOT_SENT);
  }
}
