package io.holdfast.nameserver.rpc;

import io.holdfast.common.config.Checks;
import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.control.TabletRegistry;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.openmldb.nameserver.NameServerStatus;
import io.holdfast.protocol.openmldb.nameserver.SetSdkEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowNameServersResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowSdkEndpointResponse;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import java.util.List;

/** The servers' addresses: among themselves, and for clients outside. Pure functions. */
final class ServerNames {
  /** The word that takes an outer address away. */
  private static final String NONE = "null";

  private static final int MAX_CHARS = 256;

  private ServerNames() {}

  /**
   * What a request asks for. Only servers that are known have addresses: that bounds their number.
   */
  static AdminCommand.SetSdkEndpoint command(
      SetSdkEndpointRequest request, TabletRegistry tablets, List<String> nameServers)
      throws RequestException {
    String server = request.getServerName();
    String wanted = request.getSdkEndpoint();
    boolean known =
        nameServers.contains(server)
            || (Checks.isEndpoint(server) && tablets.find(new NodeId(server)) != null);
    if (!known) {
      throw new RequestException(
          "no server is called " + server + "; showtablet and showns list the servers");
    }
    if (wanted.equals(NONE)) {
      return new AdminCommand.SetSdkEndpoint(server, "");
    }
    if (!Checks.isEndpoint(wanted) || wanted.length() > MAX_CHARS) {
      throw new RequestException(
          "not an endpoint (" + Checks.ENDPOINT + "), and not " + NONE + ": " + wanted);
    }
    return new AdminCommand.SetSdkEndpoint(server, wanted);
  }

  static ShowSdkEndpointResponse sdkEndpoints(ClusterState state) {
    ShowSdkEndpointResponse.Builder answer =
        ShowSdkEndpointResponse.newBuilder().setCode(0).setMsg("ok");
    state
        .sdkEndpoints()
        .forEach(
            (server, endpoint) ->
                answer.addTablets(
                    TabletStatus.newBuilder().setEndpoint(server).setRealEndpoint(endpoint)));
    return answer.build();
  }

  /**
   * @param endpoints those that run
   * @param active the active one; empty when none is known
   */
  static ShowNameServersResponse nameServers(List<String> endpoints, String active) {
    ShowNameServersResponse.Builder answer =
        ShowNameServersResponse.newBuilder().setCode(0).setMsg("ok");
    for (String endpoint : endpoints) {
      answer.addNameservers(
          NameServerStatus.newBuilder()
              .setEndpoint(endpoint)
              .setRole(endpoint.equals(active) ? "leader" : "standby"));
    }
    return answer.build();
  }
}
