package io.holdfast.tablet.rpc;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.batch.BatchProto;
import io.holdfast.protocol.batch.PutBatchRequest;
import io.holdfast.protocol.openmldb.tablet.AddReplicaResponse;
import io.holdfast.protocol.openmldb.tablet.ChangeRoleRequest;
import io.holdfast.protocol.openmldb.tablet.ChangeRoleResponse;
import io.holdfast.protocol.openmldb.tablet.ChecksumRequest;
import io.holdfast.protocol.openmldb.tablet.ConnectZKRequest;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.DeleteIndexRequest;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.DeleteRowsRequest;
import io.holdfast.protocol.openmldb.tablet.DisConnectZKRequest;
import io.holdfast.protocol.openmldb.tablet.DropTableRequest;
import io.holdfast.protocol.openmldb.tablet.DropTableResponse;
import io.holdfast.protocol.openmldb.tablet.FillIndexRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableFollowerRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusRequest;
import io.holdfast.protocol.openmldb.tablet.LoadTableRequest;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.QueryRequest;
import io.holdfast.protocol.openmldb.tablet.ReplicaRequest;
import io.holdfast.protocol.openmldb.tablet.ScanRequest;
import io.holdfast.protocol.openmldb.tablet.SendSnapshotRequest;
import io.holdfast.protocol.openmldb.tablet.SetExpireRequest;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.openmldb.tablet.TraverseRequest;
import io.holdfast.protocol.openmldb.tablet.UpdateTTLRequest;
import io.holdfast.protocol.openmldb.tablet.UpdateTTLResponse;
import io.holdfast.protocol.rpc.ServiceDefinition;
import io.holdfast.protocol.rpc.UnaryHandler;
import io.holdfast.tablet.partition.PartitionLoops;
import java.util.function.BooleanSupplier;

/**
 * OpenMLDB's {@code TabletServer}. Nothing is done on the I/O thread but finding the loop; what the
 * answers' codes mean is in {@link io.holdfast.common.error.StatusCode}. Thread-safe.
 */
public final class DataService {
  private final WriteCalls writes;
  private final BatchCalls batches;
  private final FillCalls fills;
  private final DeleteRowsCalls deletes;
  private final ReadCalls reads;
  private final StatusCalls status;
  private final OperatorCalls operators;
  private final ReadCounters readCounters = new ReadCounters();

  /**
   * @param maxQueuedBytes log bytes that may wait for the disk before writes are refused as busy
   * @param registered whether the cluster can find this tablet
   */
  public DataService(
      PartitionLoops loops,
      ReadSettings settings,
      long maxQueuedBytes,
      BooleanSupplier registered,
      Clock clock) {
    Hop hop = new Hop(loops);
    this.writes = new WriteCalls(hop, maxQueuedBytes, clock);
    this.batches = new BatchCalls(hop, writes);
    this.fills = new FillCalls(hop, maxQueuedBytes);
    this.deletes = new DeleteRowsCalls(hop, maxQueuedBytes);
    this.reads =
        new ReadCalls(
            hop, new Queries(settings, clock), settings.sessionWaitMillis(), readCounters);
    this.status = new StatusCalls(hop);
    this.operators = new OperatorCalls(hop, registered);
  }

  /** How many reads were served. */
  public ReadCounters readCounters() {
    return readCounters;
  }

  /**
   * The service, for the tablet's server.
   *
   * @param deleter of rows that have entries in several partitions
   */
  public ServiceDefinition definition(UnaryHandler<QueryRequest> queries, WholeRowDeleter deleter) {
    return calls()
        .unary("Query", QueryRequest.getDefaultInstance(), queries)
        .unary(
            "Delete",
            DeleteRequest.getDefaultInstance(),
            (request, call) -> writes.delete(request, call, deleter))
        .build();
  }

  /** The service as those need it who serve the rest: with what is about one partition only. */
  public ServiceDefinition definition() {
    return calls().build();
  }

  /** Puts that come together in one frame: a service of ours. */
  public ServiceDefinition batchDefinition() {
    return ServiceDefinition.builder(BatchProto.getDescriptor().findServiceByName("BatchService"))
        .unary("PutBatch", PutBatchRequest.getDefaultInstance(), batches::put)
        .build();
  }

  private ServiceDefinition.Builder calls() {
    return ServiceDefinition.builder(Tablet.getDescriptor().findServiceByName("TabletServer"))
        .unary("Put", PutRequest.getDefaultInstance(), writes::put)
        .unary("Get", GetRequest.getDefaultInstance(), reads::get)
        .unary("Scan", ScanRequest.getDefaultInstance(), reads::scan)
        .unary("Count", CountRequest.getDefaultInstance(), reads::count)
        .unary("Traverse", TraverseRequest.getDefaultInstance(), reads::traverse)
        .unary("GetTableStatus", GetTableStatusRequest.getDefaultInstance(), status::status)
        .unary("GetTableSchema", GetTableSchemaRequest.getDefaultInstance(), status::schema)
        .unary("GetTableFollower", GetTableFollowerRequest.getDefaultInstance(), status::followers)
        .unary("FillIndex", FillIndexRequest.getDefaultInstance(), fills::fill)
        .unary("DeleteRows", DeleteRowsRequest.getDefaultInstance(), deletes::deleteRows)
        .unary("Checksum", ChecksumRequest.getDefaultInstance(), status::checksum)
        .unary("LoadTable", LoadTableRequest.getDefaultInstance(), operators::loadTable)
        .unary("MakeSnapshot", GeneralRequest.getDefaultInstance(), operators::makeSnapshot)
        .unary("PauseSnapshot", GeneralRequest.getDefaultInstance(), operators::pauseSnapshot)
        .unary("RecoverSnapshot", GeneralRequest.getDefaultInstance(), operators::recoverSnapshot)
        .unary("ConnectZK", ConnectZKRequest.getDefaultInstance(), operators::connectZk)
        .unary(
            "DropTable",
            DropTableRequest.getDefaultInstance(),
            OperatorCalls.refusing(
                DropTableResponse.getDefaultInstance(),
                "`delreplica` of ns_client takes a copy away, `drop` a table; a copy that no table"
                    + " has is removed by itself"))
        .unary(
            "ChangeRole",
            ChangeRoleRequest.getDefaultInstance(),
            OperatorCalls.refusing(
                ChangeRoleResponse.getDefaultInstance(),
                "`changeleader` of ns_client has another copy lead"))
        .unary(
            "AddReplica",
            ReplicaRequest.getDefaultInstance(),
            OperatorCalls.refusing(
                AddReplicaResponse.getDefaultInstance(), "`addreplica` of ns_client adds a copy"))
        .unary(
            "DelReplica",
            ReplicaRequest.getDefaultInstance(),
            OperatorCalls.refusing(
                GeneralResponse.getDefaultInstance(),
                "`delreplica` of ns_client takes a copy away"))
        .unary(
            "SendSnapshot",
            SendSnapshotRequest.getDefaultInstance(),
            OperatorCalls.refusing(
                GeneralResponse.getDefaultInstance(),
                "a leader sends snapshots to members that need them by itself; `addreplica` or"
                    + " `recovertable` of ns_client makes a member of a copy"))
        .unary(
            "SetExpire",
            SetExpireRequest.getDefaultInstance(),
            OperatorCalls.refusing(
                GeneralResponse.getDefaultInstance(),
                "copies must agree on what they hold; `setttl` of ns_client sets it for a table"))
        .unary(
            "UpdateTTL",
            UpdateTTLRequest.getDefaultInstance(),
            OperatorCalls.refusing(
                UpdateTTLResponse.getDefaultInstance(),
                "copies must agree on what they hold; `setttl` of ns_client sets it for a table"))
        .unary(
            "DeleteIndex",
            DeleteIndexRequest.getDefaultInstance(),
            OperatorCalls.refusing(
                GeneralResponse.getDefaultInstance(),
                "copies must have the same indexes; `deleteindex` of ns_client is for a table"))
        .unary(
            "DisConnectZK",
            DisConnectZKRequest.getDefaultInstance(),
            OperatorCalls.refusing(
                GeneralResponse.getDefaultInstance(),
                "a tablet that serves must be found; `offlineendpoint` of ns_client takes one out"
                    + " of service"));
  }
}
