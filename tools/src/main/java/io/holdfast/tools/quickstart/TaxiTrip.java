package io.holdfast.tools.quickstart;

import java.time.LocalDateTime;
import java.util.Objects;

/**
 * One taxi trip of the sample data.
 *
 * @param id unique among the trips
 * @param vendorId which company ran the taxi
 * @param pickup local time at which the meter was started
 * @param dropoff local time at which the meter was stopped
 * @param passengers as entered by the driver
 * @param pickupLongitude in degrees
 * @param pickupLatitude in degrees
 * @param dropoffLongitude in degrees
 * @param dropoffLatitude in degrees
 * @param isStoredAndForwarded whether the record waited in the taxi for a connection
 * @param durationSeconds length of the trip
 */
public record TaxiTrip(
    String id,
    int vendorId,
    LocalDateTime pickup,
    LocalDateTime dropoff,
    int passengers,
    double pickupLongitude,
    double pickupLatitude,
    double dropoffLongitude,
    double dropoffLatitude,
    boolean isStoredAndForwarded,
    int durationSeconds) {

  public TaxiTrip {
    Objects.requireNonNull(id);
    Objects.requireNonNull(pickup);
    Objects.requireNonNull(dropoff);
  }

  /** The same trip under another id: rows for a writer that has run out of trips. */
  public TaxiTrip withId(String newId) {
    return new TaxiTrip(
        newId,
        vendorId,
        pickup,
        dropoff,
        passengers,
        pickupLongitude,
        pickupLatitude,
        dropoffLongitude,
        dropoffLatitude,
        isStoredAndForwarded,
        durationSeconds);
  }
}
