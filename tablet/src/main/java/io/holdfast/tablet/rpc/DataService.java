package io.holdfast.tablet.rpc;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.openmldb.tablet.ChecksumRequest;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableFollowerRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusRequest;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.ScanRequest;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.openmldb.tablet.TraverseRequest;
import io.holdfast.protocol.rpc.ServiceDefinition;
import io.holdfast.tablet.partition.PartitionLoops;

/**
 * OpenMLDB's {@code TabletServer}. Nothing is done on the I/O thread but finding the loop; what the
 * answers' codes mean is in {@link io.holdfast.common.error.StatusCode}. Thread-safe.
 */
public final class DataService {
  private final WriteCalls writes;
  private final ReadCalls reads;
  private final StatusCalls status;
  private final ReadCounters readCounters = new ReadCounters();

  /**
   * @param maxQueuedBytes log bytes that may wait for the disk before writes are refused as busy
   */
  public DataService(
      PartitionLoops loops, ReadSettings settings, long maxQueuedBytes, Clock clock) {
    Hop hop = new Hop(loops);
    this.writes = new WriteCalls(hop, maxQueuedBytes, clock);
    this.reads =
        new ReadCalls(
            hop, new Queries(settings, clock), settings.sessionWaitMillis(), readCounters);
    this.status = new StatusCalls(hop);
  }

  /** How many reads were served. */
  public ReadCounters readCounters() {
    return readCounters;
  }

  /** The service, for the tablet's server. */
  public ServiceDefinition definition() {
    return ServiceDefinition.builder(Tablet.getDescriptor().findServiceByName("TabletServer"))
        .unary("Put", PutRequest.getDefaultInstance(), writes::put)
        .unary("Delete", DeleteRequest.getDefaultInstance(), writes::delete)
        .unary("Get", GetRequest.getDefaultInstance(), reads::get)
        .unary("Scan", ScanRequest.getDefaultInstance(), reads::scan)
        .unary("Count", CountRequest.getDefaultInstance(), reads::count)
        .unary("Traverse", TraverseRequest.getDefaultInstance(), reads::traverse)
        .unary("GetTableStatus", GetTableStatusRequest.getDefaultInstance(), status::status)
        .unary("GetTableSchema", GetTableSchemaRequest.getDefaultInstance(), status::schema)
        .unary("GetTableFollower", GetTableFollowerRequest.getDefaultInstance(), status::followers)
        .unary("Checksum", ChecksumRequest.getDefaultInstance(), status::checksum)
        .build();
  }
}
