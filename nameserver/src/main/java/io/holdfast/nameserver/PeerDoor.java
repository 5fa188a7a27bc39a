package io.holdfast.nameserver;

import io.holdfast.protocol.peer.wire.PeerBatch;
import io.holdfast.protocol.rpc.OneWayHandler;
import io.holdfast.protocol.rpc.RpcConnection;

/**
 * Where other servers' batches arrive. The port is open from the start, so that a nameserver
 * without ZooKeeper can say so; but only ZooKeeper tells which cluster it belongs to. Until then
 * batches are lost, as batches may be: tablets repeat what they say several times a second.
 */
final class PeerDoor implements OneWayHandler<PeerBatch> {
  private volatile OneWayHandler<PeerBatch> behind = (batch, connection) -> {};

  void open(OneWayHandler<PeerBatch> receiver) {
    behind = receiver;
  }

  @Override
  public void handle(PeerBatch batch, RpcConnection connection) {
    behind.handle(batch, connection);
  }
}
