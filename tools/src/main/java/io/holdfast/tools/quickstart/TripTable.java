package io.holdfast.tools.quickstart;

import io.holdfast.client.Row;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * The table of the trips: its columns, and a trip as a row of it. Pure.
 *
 * <p>The index is on the trip's id, with the time of pick-up as its time. An id has one trip, so a
 * key with two rows is a trip that was written twice.
 */
final class TripTable {
  static final String DATABASE = "demo";
  static final String NAME = "trips";

  private TripTable() {}

  static TableInfo definition(int partitions, int replicas) {
    return TableInfo.newBuilder()
        .setDb(DATABASE)
        .setName(NAME)
        .setPartitionNum(partitions)
        .setReplicaNum(replicas)
        .addColumnDesc(column("id", DataType.kString))
        .addColumnDesc(column("vendor_id", DataType.kInt))
        .addColumnDesc(column("pickup_datetime", DataType.kTimestamp))
        .addColumnDesc(column("dropoff_datetime", DataType.kTimestamp))
        .addColumnDesc(column("passenger_count", DataType.kInt))
        .addColumnDesc(column("pickup_longitude", DataType.kDouble))
        .addColumnDesc(column("pickup_latitude", DataType.kDouble))
        .addColumnDesc(column("dropoff_longitude", DataType.kDouble))
        .addColumnDesc(column("dropoff_latitude", DataType.kDouble))
        .addColumnDesc(column("store_and_fwd_flag", DataType.kBool))
        .addColumnDesc(column("trip_duration", DataType.kInt))
        .addColumnKey(
            ColumnKey.newBuilder()
                .setIndexName("id")
                .addColName("id")
                .setTsName("pickup_datetime")
                // The trips are years old; no time to live may make them look lost.
                .setTtl(TTLSt.newBuilder().setAbsTtl(0).setLatTtl(0)))
        .build();
  }

  static Row row(TaxiTrip trip) {
    return Row.of(
        trip.id(),
        trip.vendorId(),
        millis(trip.pickup()),
        millis(trip.dropoff()),
        trip.passengers(),
        trip.pickupLongitude(),
        trip.pickupLatitude(),
        trip.dropoffLongitude(),
        trip.dropoffLatitude(),
        trip.isStoredAndForwarded(),
        trip.durationSeconds());
  }

  static TaxiTrip trip(List<Object> row) {
    return new TaxiTrip(
        (String) row.get(0),
        (Integer) row.get(1),
        time((Long) row.get(2)),
        time((Long) row.get(3)),
        (Integer) row.get(4),
        (Double) row.get(5),
        (Double) row.get(6),
        (Double) row.get(7),
        (Double) row.get(8),
        (Boolean) row.get(9),
        (Integer) row.get(10));
  }

  private static ColumnDesc column(String name, DataType type) {
    return ColumnDesc.newBuilder().setName(name).setDataType(type).setNotNull(true).build();
  }

  /** The data says no zone; what matters is that it comes back as it went. */
  private static long millis(LocalDateTime time) {
    return time.toInstant(ZoneOffset.UTC).toEpochMilli();
  }

  private static LocalDateTime time(long millis) {
    return LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
  }
}
