package io.holdfast.tablet.partition;

import com.google.protobuf.Descriptors.MethodDescriptor;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.openmldb.tablet.FillIndexRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.rpc.RpcCaller;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends rows to other tablets, and to this one, like any client. */
public final class FillClient implements FillSender {
  private static final Logger LOG = LoggerFactory.getLogger(FillClient.class);
  private static final MethodDescriptor METHOD =
      Tablet.getDescriptor().findServiceByName("TabletServer").findMethodByName("FillIndex");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final RpcCaller caller;

  public FillClient(RpcCaller caller) {
    this.caller = caller;
  }

  @Override
  public void send(NodeId leader, FillIndexRequest request, Consumer<Boolean> done) {
    var unused =
        caller
            .call(leader.endpoint(), METHOD, request, GeneralResponse.getDefaultInstance(), TIMEOUT)
            .whenComplete(
                (answer, failure) -> {
                  boolean taken = failure == null && answer.getCode() == 0;
                  if (!taken) {
                    LOG.debug(
                        "partition {}/{} at {} does not take rows yet: {}",
                        request.getTid(),
                        request.getPid(),
                        leader,
                        failure == null ? answer.getMsg() : failure.toString());
                  }
                  done.accept(taken);
                });
  }
}
