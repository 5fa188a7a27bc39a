package io.holdfast.nameserver.rpc;

import io.holdfast.common.config.Checks;
import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.openmldb.nameserver.AddReplicaNSRequest;
import io.holdfast.protocol.openmldb.nameserver.ChangeLeaderRequest;
import io.holdfast.protocol.openmldb.nameserver.DelReplicaNSRequest;
import io.holdfast.protocol.openmldb.nameserver.DrainEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.OfflineEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.PromoteReplicaRequest;
import io.holdfast.protocol.openmldb.nameserver.RebalanceRequest;
import io.holdfast.protocol.openmldb.nameserver.RecoverEndpointRequest;
import java.util.List;

/** OpenMLDB's requests about leaders and replicas as commands. Pure functions. */
final class PlacementRequests {
  private static final String ANYONE = "auto";

  /** As many partitions as a table may have. */
  private static final int MAX_PIDS = 1024;

  private PlacementRequests() {}

  static AdminCommand.ChangeLeader command(ChangeLeaderRequest request) throws RequestException {
    boolean named = request.hasCandidateLeader() && !request.getCandidateLeader().isEmpty();
    boolean anyone = !named || request.getCandidateLeader().equals(ANYONE);
    return new AdminCommand.ChangeLeader(
        request.getDb(),
        request.getName(),
        request.getPid(),
        anyone ? null : endpoint(request.getCandidateLeader()),
        named);
  }

  static AdminCommand.OfflineEndpoint command(OfflineEndpointRequest request)
      throws RequestException {
    return new AdminCommand.OfflineEndpoint(endpoint(request.getEndpoint()));
  }

  static AdminCommand.RecoverEndpoint command(RecoverEndpointRequest request)
      throws RequestException {
    return new AdminCommand.RecoverEndpoint(endpoint(request.getEndpoint()));
  }

  static AdminCommand.DrainEndpoint command(DrainEndpointRequest request) throws RequestException {
    return new AdminCommand.DrainEndpoint(endpoint(request.getEndpoint()));
  }

  static AdminCommand.Rebalance command(RebalanceRequest request) {
    boolean both = request.getCopies() == request.getLeaders();
    return new AdminCommand.Rebalance(both || request.getCopies(), both || request.getLeaders());
  }

  static AdminCommand.AddReplica command(AddReplicaNSRequest request) throws RequestException {
    if (request.getLearner() && request.getWitness()) {
      throw new RequestException("a witness counts, and a learner does not; ask for one of them");
    }
    return new AdminCommand.AddReplica(
        request.getDb(),
        request.getName(),
        pids(request.getPidGroupList(), request.hasPid(), request.getPid()),
        endpoint(request.getEndpoint()),
        request.getLearner(),
        request.getWitness());
  }

  static AdminCommand.DelReplica command(DelReplicaNSRequest request) throws RequestException {
    return new AdminCommand.DelReplica(
        request.getDb(),
        request.getName(),
        pids(request.getPidGroupList(), request.hasPid(), request.getPid()),
        endpoint(request.getEndpoint()));
  }

  static AdminCommand.Promote command(PromoteReplicaRequest request) throws RequestException {
    return new AdminCommand.Promote(
        request.getDb(),
        request.getName(),
        pids(request.getPidGroupList(), false, 0),
        endpoint(request.getEndpoint()));
  }

  static List<Integer> pids(List<Integer> group, boolean hasOne, int one) throws RequestException {
    if (group.isEmpty() && !hasOne) {
      throw new RequestException("no partition is named");
    }
    if (group.size() > MAX_PIDS) {
      throw new RequestException("at most " + MAX_PIDS + " partitions, not " + group.size());
    }
    // Named twice, one would be changed twice in one transaction.
    return group.isEmpty() ? List.of(one) : group.stream().distinct().toList();
  }

  static NodeId endpoint(String text) throws RequestException {
    if (!Checks.isEndpoint(text)) {
      throw new RequestException("not an endpoint (" + Checks.ENDPOINT + "): " + text);
    }
    return new NodeId(text);
  }
}
