package io.holdfast.tools.quickstart;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads the sample data. It is strict: what is compared after a failover must not have been guessed
 * before it.
 */
public final class TaxiTrips {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
  private static final List<String> COLUMNS =
      List.of(
          "id",
          "vendor_id",
          "pickup_datetime",
          "dropoff_datetime",
          "passenger_count",
          "pickup_longitude",
          "pickup_latitude",
          "dropoff_longitude",
          "dropoff_latitude",
          "store_and_fwd_flag",
          "trip_duration");
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();

  private TaxiTrips() {}

  /**
   * Reads the first trips of a file.
   *
   * @param limit how many at most
   * @throws IOException if the file cannot be read or a line is not a trip; names file and line
   */
  public static List<TaxiTrip> read(Path file, int limit) throws IOException {
    try (Reader in = Files.newBufferedReader(file)) {
      return read(in, file.toString(), limit);
    }
  }

  static List<TaxiTrip> read(Reader in, String name, int limit) throws IOException {
    List<TaxiTrip> trips = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    try (CSVParser parser = CSVParser.parse(in, FORMAT)) {
      if (!parser.getHeaderNames().equals(COLUMNS)) {
        throw new IOException(name + ":1: the columns must be " + String.join(",", COLUMNS));
      }
      for (CSVRecord row : parser) {
        if (trips.size() == limit) {
          break;
        }
        String where = name + ":" + parser.getCurrentLineNumber() + ": ";
        if (!row.isConsistent()) {
          throw new IOException(where + row.size() + " columns instead of " + COLUMNS.size());
        }
        TaxiTrip trip = new RowReader(row, where).trip();
        if (!ids.add(trip.id())) {
          throw new IOException(where + "id " + trip.id() + " comes a second time");
        }
        trips.add(trip);
      }
    }
    return trips;
  }

  /** Takes the columns of one row and says where and in which one it failed. */
  private record RowReader(CSVRecord row, String where) {
    TaxiTrip trip() throws IOException {
      return new TaxiTrip(
          column("id", RowReader::notEmpty),
          column("vendor_id", Integer::parseInt),
          column("pickup_datetime", text -> LocalDateTime.parse(text, TIME)),
          column("dropoff_datetime", text -> LocalDateTime.parse(text, TIME)),
          column("passenger_count", Integer::parseInt),
          column("pickup_longitude", RowReader::degrees),
          column("pickup_latitude", RowReader::degrees),
          column("dropoff_longitude", RowReader::degrees),
          column("dropoff_latitude", RowReader::degrees),
          column("store_and_fwd_flag", RowReader::yesOrNo),
          column("trip_duration", Integer::parseInt));
    }

    private <T> T column(String name, Function<String, T> parse) throws IOException {
      String text = row.get(name);
      try {
        return parse.apply(text);
      } catch (RuntimeException e) {
        throw new IOException(where + name + " cannot be \"" + text + "\"", e);
      }
    }

    private static String notEmpty(String text) {
      if (text.isBlank()) {
        throw new IllegalArgumentException("empty");
      }
      return text;
    }

    private static double degrees(String text) {
      double value = Double.parseDouble(text);
      if (!(Math.abs(value) <= 180)) {
        throw new IllegalArgumentException("not on this planet");
      }
      return value;
    }

    private static boolean yesOrNo(String text) {
      return switch (text) {
        case "Y" -> true;
        case "N" -> false;
        default -> throw new IllegalArgumentException("neither Y nor N");
      };
    }
  }
}
