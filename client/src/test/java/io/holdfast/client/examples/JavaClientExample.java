package io.holdfast.client.examples;

import io.holdfast.client.BatchResult;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.ReadKey;
import io.holdfast.client.ReadOptions;
import io.holdfast.client.Row;
import io.holdfast.client.RowOutcome;
import io.holdfast.client.TableClient;
import io.holdfast.client.WriteOptions;
import io.holdfast.client.row.RowPairs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The examples of docs/operations/java-client.md; {@link JavaClientExampleTest} runs them. */
final class JavaClientExample {
  private JavaClientExample() {}

  static HoldfastClient client() {
    // begin client
    HoldfastClient client =
        HoldfastClient.builder()
            .seeds("node1:10921,node2:10921,node3:7527")
            .database("demo")
            .requestTimeout(Duration.ofSeconds(5))
            .build();
    // end client
    return client;
  }

  static List<Object> putAndGet(HoldfastClient client) {
    // begin put
    TableClient trips = client.table("trips");
    trips.put(Row.of("taxi-7", 12.5), WriteOptions.DEFAULT.at(1_700_000_000_000L));
    List<Object> newest = trips.decode(trips.get("taxi-7", 0).row());
    // end put
    return newest;
  }

  static boolean putOnce(TableClient trips) {
    // begin once
    WriteOptions once = WriteOptions.DEFAULT.at(1_700_000_000_000L).onlyIfAbsent(true);
    boolean wasThere = trips.put(Row.of("taxi-7", 99.0), once).ignored();
    // end once
    return wasThere;
  }

  static List<Row> putMany(TableClient trips, List<Row> rows) {
    List<Row> again = new ArrayList<>();
    // begin batch
    BatchResult result = trips.putAll(rows);
    for (int i : result.failed()) {
      RowOutcome row = result.rows().get(i);
      HoldfastException failure = row.failure().orElseThrow();
      if (failure.outcomeUnknown()) {
        System.err.println("may be there: " + rows.get(i).values() + ", " + failure.getMessage());
      } else if (failure.isRetryable()) {
        again.add(rows.get(i));
      } else {
        throw failure;
      }
    }
    // end batch
    return again;
  }

  static double sum(TableClient trips) {
    double sum = 0;
    // begin walk
    for (RowPairs.Entry row : trips.walk(ReadKey.of("taxi-7"), 0, 0)) {
      sum += (Double) trips.decode(row.row()).get(1);
    }
    // end walk
    return sum;
  }

  static TableClient anywhere(TableClient trips) {
    // begin anywhere
    TableClient anywhere = trips.withReads(ReadOptions.session().hedgeAfter(Duration.ofMillis(20)));
    // end anywhere
    return anywhere;
  }
}
