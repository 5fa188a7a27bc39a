package io.holdfast.nameserver.rpc;

import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.protocol.openmldb.nameserver.CancelOPRequest;
import io.holdfast.protocol.openmldb.nameserver.DeleteOPRequest;
import io.holdfast.protocol.openmldb.nameserver.MakeSnapshotNSRequest;
import io.holdfast.protocol.openmldb.nameserver.MigrateRequest;
import io.holdfast.protocol.openmldb.nameserver.RecoverTableRequest;
import io.holdfast.protocol.openmldb.nameserver.RetryOPRequest;
import io.holdfast.protocol.openmldb.nameserver.UpdateTableAliveRequest;

/** Requests that become operations, or are about some, as commands. Pure functions. */
final class OpRequests {
  private static final int ALL = -1;

  private OpRequests() {}

  static AdminCommand migrate(MigrateRequest request) throws RequestException {
    return new AdminCommand.Migrate(
        request.getDb(),
        request.getName(),
        PlacementRequests.pids(request.getPidList(), false, 0),
        PlacementRequests.endpoint(request.getSrcEndpoint()),
        PlacementRequests.endpoint(request.getDesEndpoint()));
  }

  static AdminCommand recoverTable(RecoverTableRequest request) throws RequestException {
    return new AdminCommand.RecoverTable(
        request.getDb(),
        request.getName(),
        request.getPid(),
        PlacementRequests.endpoint(request.getEndpoint()));
  }

  static AdminCommand updateAlive(UpdateTableAliveRequest request) throws RequestException {
    return new AdminCommand.UpdateTableAlive(
        request.getDb(),
        request.getName(),
        request.hasPid() ? request.getPid() : ALL,
        PlacementRequests.endpoint(request.getEndpoint()),
        request.getIsAlive());
  }

  static AdminCommand makeSnapshot(MakeSnapshotNSRequest request) {
    return new AdminCommand.MakeSnapshot(request.getDb(), request.getName(), request.getPid());
  }

  static AdminCommand cancel(CancelOPRequest request) {
    return new AdminCommand.CancelOp(request.getOpId());
  }

  static AdminCommand retry(RetryOPRequest request) {
    return new AdminCommand.RetryOp(request.getOpId());
  }

  static AdminCommand delete(DeleteOPRequest request) throws RequestException {
    if (request.hasOpId()) {
      return new AdminCommand.DeleteOp(request.getOpId());
    }
    try {
      return new AdminCommand.DeleteOps(OpState.of(request.getOpStatus()), request.getDb());
    } catch (IllegalArgumentException e) {
      throw new RequestException(
          "op_status must be kDone, kFailed or kCanceled, not " + request.getOpStatus());
    }
  }
}
