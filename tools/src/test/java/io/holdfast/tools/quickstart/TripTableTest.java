package io.holdfast.tools.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.row.EncodedRow;
import io.holdfast.client.row.WireRowCodec;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A trip comes back from its row as it went, and its id is its only key. */
class TripTableTest {
  private final WireRowCodec codec = new WireRowCodec();
  private final TableInfo table = TripTable.definition(8, 3);

  @Test
  void everyTripOfTheSampleComesBackAsItWent() throws IOException {
    for (TaxiTrip trip :
        TaxiTrips.read(Path.of(System.getProperty("sample.data")), Integer.MAX_VALUE)) {
      EncodedRow row = codec.encode(table, TripTable.row(trip).values());
      assertThat(row.keys()).singleElement().extracting("key").isEqualTo(trip.id());
      assertThat(TripTable.trip(codec.decode(table, row.bytes()))).isEqualTo(trip);
    }
  }
}
