package io.holdfast.tablet.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.WriteName;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.protocol.rpc.RpcConnection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A put that brpc sends again is done once; two puts that only look alike are two. */
class RepeatedPutsTest {
  private static final PutRequest ROW =
      PutRequest.newBuilder().setTid(1).setPid(2).setTime(3).build();
  private static final PutResponse DONE = PutResponse.newBuilder().setCode(0).build();
  private static final PutResponse REFUSED = PutResponse.newBuilder().setCode(103).build();

  private final RepeatedPuts puts = new RepeatedPuts();
  private final List<RpcCall> served = new ArrayList<>();

  private static final class Connection implements RpcConnection {
    @Override
    public String remoteAddress() {
      return "10.0.0.1:1";
    }

    @Override
    public void onClose(Runnable action) {}

    @Override
    public void close() {}

    @Override
    public Object attribute() {
      return null;
    }

    @Override
    public void attribute(Object value) {}
  }

  private static final class Call implements RpcCall {
    private final RpcConnection connection;
    private final String address;
    private final long id;
    private Message answer;

    Call(RpcConnection connection, String address, long id) {
      this.connection = connection;
      this.address = address;
      this.id = id;
    }

    @Override
    public void reply(Message response, ByteBuffer attachment) {
      assertThat(answer).isNull();
      answer = response;
    }

    @Override
    public void fail(int code, String text) {
      throw new AssertionError(text);
    }

    @Override
    public ByteBuffer attachment() {
      return ByteBuffer.allocate(0);
    }

    @Override
    public String remoteAddress() {
      return address;
    }

    @Override
    public long correlationId() {
      return id;
    }

    @Override
    public RpcConnection connection() {
      return connection;
    }
  }

  private final Connection first = new Connection();
  private final Connection second = new Connection();

  private Call put(PutRequest request, Connection connection, String address, long id) {
    Call call = new Call(connection, address, id);
    puts.serve(request, call, served::add);
    return call;
  }

  @Test
  void aRepetitionHasTheAnswerOfTheFirstAttempt() {
    Call early = put(ROW, first, "10.0.0.1:50", 1001);
    Call again = put(ROW, second, "10.0.0.1:51", 1002);
    assertThat(served).hasSize(1);
    served.get(0).reply(DONE);
    assertThat(early.answer).isEqualTo(DONE);
    assertThat(again.answer).isEqualTo(DONE);
    // One that comes later still.
    assertThat(put(ROW, second, "10.0.0.1:51", 1003).answer).isEqualTo(DONE);
    assertThat(served).hasSize(1);
  }

  @Test
  void aRepetitionOfWhatWasRefusedIsServed() {
    put(ROW, first, "10.0.0.1:50", 1001);
    Call again = put(ROW, second, "10.0.0.1:51", 1002);
    served.get(0).reply(REFUSED);
    assertThat(served).hasSize(2);
    served.get(1).reply(DONE);
    assertThat(again.answer).isEqualTo(DONE);
  }

  @Test
  void whatOnlyLooksLikeARepetitionIsServed() {
    put(ROW, first, "10.0.0.1:50", 1001);
    put(ROW, first, "10.0.0.1:50", 1002);
    put(ROW, second, "10.0.0.1:51", 1006);
    put(ROW, second, "10.0.0.2:51", 1002);
    put(ROW.toBuilder().setTime(4).build(), second, "10.0.0.1:51", 1003);
    assertThat(served).hasSize(5);
  }

  @Test
  void writesWithANameOrWithoutANumberAreNotLookedAt() {
    PutRequest named = ROW.toBuilder().setWriteName(WriteName.newBuilder().setSeq(1)).build();
    put(named, first, "10.0.0.1:50", 1001);
    put(named, second, "10.0.0.1:51", 1002);
    put(ROW, first, "10.0.0.1:50", 0);
    put(ROW, second, "10.0.0.1:51", 0);
    assertThat(served).hasSize(4);
  }
}
