package io.holdfast.tablet.rpc;

import io.holdfast.protocol.cluster.ClusterProto;
import io.holdfast.protocol.cluster.FindNameServersRequest;
import io.holdfast.protocol.cluster.FindNameServersResponse;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.rpc.ServiceDefinition;
import java.util.List;
import java.util.function.Supplier;

/** Tells clients that know nothing but this tablet where the nameservers are. Thread-safe. */
public final class ClusterCalls {
  private ClusterCalls() {}

  /**
   * The service.
   *
   * @param nameservers those that the tablet reports to at the moment
   */
  public static ServiceDefinition definition(Supplier<List<NodeId>> nameservers) {
    return ServiceDefinition.builder(
            ClusterProto.getDescriptor().findServiceByName("ClusterService"))
        .unary(
            "FindNameServers",
            FindNameServersRequest.getDefaultInstance(),
            (request, call) -> {
              FindNameServersResponse.Builder answer =
                  FindNameServersResponse.newBuilder().setCode(0);
              nameservers.get().forEach(server -> answer.addNameservers(server.endpoint()));
              call.reply(answer.build());
            })
        .build();
  }
}
