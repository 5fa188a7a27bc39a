package io.holdfast.tools.quickstart;

import io.holdfast.common.config.SettingsReader;
import io.holdfast.common.config.Unit;
import java.nio.file.Path;

/** Settings of the quick start. */
final class QuickstartConfig {
  final Path distribution;
  final Path workDirectory;
  final Path trips;
  final int rows;
  final int portBase;
  final String heap;
  final boolean isKept;
  final int rounds;
  final boolean isPlanned;
  final int warmUp;
  final int stepTimeoutSeconds;

  QuickstartConfig(SettingsReader in) {
    distribution = Path.of(in.text("distribution", ".", "The unpacked distribution to start."));
    workDirectory =
        Path.of(in.text("work_dir", "holdfast-quickstart", "Directory for data and logs."));
    trips = Path.of(in.text("trips", "sample-data/taxi_trips.csv", "The sample data, a CSV file."));
    rows = in.integer("rows", 10_000, 100, 1_000_000, Unit.NONE, "How many trips to load.");
    portBase =
        in.integer("port_base", 17_000, 1024, 65_500, Unit.NONE, "First of the cluster's ports.");
    heap = in.text("heap", "192m", "Heap limit of every process.");
    isKept = in.flag("keep", false, "Leaves the cluster running at the end, until Ctrl-C.");
    rounds =
        in.integer(
            "runs",
            0,
            0,
            10_000,
            Unit.NONE,
            "Repeats the failover so often and prints how long it took; 0 for the quick start.");
    isPlanned =
        in.flag("planned", false, "With runs: changes leaders as planned instead of killing them.");
    warmUp =
        in.integer(
            "warm_up",
            0,
            0,
            100_000,
            Unit.NONE,
            "With planned: so many changes first that are not counted, while the code compiles.");
    stepTimeoutSeconds =
        in.integer("step_timeout_seconds", 120, 1, 3600, Unit.SECONDS, "How long a step may take.");
  }
}
