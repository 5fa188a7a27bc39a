package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.openmldb.tablet.FillIndexRequest;
import java.util.function.Consumer;

/** Brings rows to the leader of a partition. Thread-safe. */
@FunctionalInterface
public interface FillSender {
  /**
   * Sends rows; never blocks.
   *
   * @param done told once, on any thread, whether the partition has them and will not lose them
   */
  void send(NodeId leader, FillIndexRequest request, Consumer<Boolean> done);
}
