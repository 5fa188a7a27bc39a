package io.holdfast.tools.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The sample data is read to the last digit, and anything odd in it is refused with its place. */
class TaxiTripsTest {
  private static final String HEADER =
      "id,vendor_id,pickup_datetime,dropoff_datetime,passenger_count,pickup_longitude,"
          + "pickup_latitude,dropoff_longitude,dropoff_latitude,store_and_fwd_flag,trip_duration\n";
  private static final String ROW =
      "id1,2,2016-01-22 16:01:00,2016-01-22 16:15:16,3,-73.97,40.76,-73.95,40.77,Y,856\n";

  private static List<TaxiTrip> read(String text) throws IOException {
    return TaxiTrips.read(new StringReader(text), "trips.csv", Integer.MAX_VALUE);
  }

  private static void assertRefused(String text, String message) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class).hasMessage(message);
  }

  @Test
  void aRowBecomesATrip() throws IOException {
    assertThat(read(HEADER + ROW))
        .containsExactly(
            new TaxiTrip(
                "id1",
                2,
                LocalDateTime.of(2016, 1, 22, 16, 1, 0),
                LocalDateTime.of(2016, 1, 22, 16, 15, 16),
                3,
                -73.97,
                40.76,
                -73.95,
                40.77,
                true,
                856));
  }

  @Test
  void theShippedFileHoldsTenThousandTrips() throws IOException {
    Path file = Path.of(System.getProperty("sample.data"));
    assertThat(TaxiTrips.read(file, Integer.MAX_VALUE)).hasSize(10_000);
    assertThat(TaxiTrips.read(file, 5)).hasSize(5);
  }

  @Test
  void whatIsNoTripIsRefusedWithFileLineAndColumn() {
    assertRefused(
        HEADER + ROW + ROW.replace("id1", "id2").replace(",856", ",soon"),
        "trips.csv:3: trip_duration cannot be \"soon\"");
    assertRefused(
        HEADER + ROW.replace("2016-01-22 16:01:00", "2016-01-22"),
        "trips.csv:2: pickup_datetime cannot be \"2016-01-22\"");
    assertRefused(
        HEADER + ROW.replace(",Y,", ",maybe,"),
        "trips.csv:2: store_and_fwd_flag cannot be \"maybe\"");
    assertRefused(
        HEADER + ROW.replace("-73.97", "NaN"), "trips.csv:2: pickup_longitude cannot be \"NaN\"");
    assertRefused(HEADER + ROW.replace("id1", ""), "trips.csv:2: id cannot be \"\"");
    assertRefused(HEADER + "id1,2\n", "trips.csv:2: 2 columns instead of 11");
    assertRefused(HEADER + ROW + ROW, "trips.csv:3: id id1 comes a second time");
  }

  @Test
  void anotherFileIsRefused() {
    assertThatThrownBy(() -> read("a,b\n1,2\n")).hasMessageContaining("the columns must be id,");
  }
}
