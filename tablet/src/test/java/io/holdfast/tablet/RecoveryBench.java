package io.holdfast.tablet;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.tablet.partition.PartitionLoop;
import io.holdfast.tablet.partition.RecoveryLoad;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How fast a tablet is back after it was killed: {@code DIRECTORY ROWS [memory|disk
 * [log|snapshot]]}.
 *
 * <p>A process fills a partition over real files and is killed with SIGKILL; then the files are
 * thrown out of the page cache (with GNU dd) and a whole tablet is started on them, in another
 * process. Once with the log alone, once with a snapshot of everything. State hashes before and
 * after must be equal, or the run fails. The disk's own speed is measured over the same files.
 */
public final class RecoveryBench {
  private static final TableOptions ALONE = TableOptions.defaults(1);
  private static final double MB = 1e6;

  private RecoveryBench() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("recover")) {
      recover(Path.of(args[1]));
      return;
    }
    Path directory = Path.of(args[0]);
    String mode = args.length > 2 ? args[2] : "memory";
    for (String from : args.length > 3 ? List.of(args[3]) : List.of("log", "snapshot")) {
      DurableFiles.deleteTree(directory.resolve("tablet-0"));
      measure(directory, args[1], mode, from);
    }
    DurableFiles.deleteTree(directory.resolve("tablet-0"));
  }

  private static void measure(Path directory, String rows, String mode, String from)
      throws Exception {
    Path data = Files.createDirectories(directory.resolve("tablet-0"));
    Process loader =
        java(
            RecoveryLoad.class,
            List.of("-Xmx1g"),
            data.toString(),
            TestCluster.CLUSTER,
            rows,
            mode,
            from);
    String hash = null;
    try (BufferedReader lines = loader.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(from + ": " + line);
        if (line.startsWith("hash ")) {
          hash = line;
          break;
        }
      }
      loader.destroyForcibly().waitFor();
    }
    Path replica = data.resolve(TestTable.TID + "_0");
    List<Path> read = files(from.equals("log") ? replica.resolve("binlog") : replica);
    long bytes = 0;
    for (Path file : read) {
      bytes += Files.size(file);
    }
    forget(read);
    long began = System.nanoTime();
    for (Path file : read) {
      run("dd", "if=" + file, "of=/dev/null", "bs=1M", "status=none");
    }
    double diskRate = bytes / MB / ((System.nanoTime() - began) / 1e9);
    System.out.printf(Locale.ROOT, "%s: the disk reads %.0f MB/s%n", from, diskRate);
    forget(read);
    Process tablet = java(RecoveryBench.class, List.of("-Xmx1g"), "recover", directory.toString());
    boolean same = false;
    try (BufferedReader lines = tablet.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(from + ": " + line);
        same |= line.equals(hash);
      }
    }
    tablet.waitFor();
    System.out.printf(
        Locale.ROOT, "%s: %d MB of files; the states are equal: %s%n", from, bytes >> 20, same);
    if (!same) {
      throw new IllegalStateException("the state after the recovery is another one");
    }
  }

  private static Process java(Class<?> main, List<String> flags, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    String more = System.getProperty("bench.jvm", "");
    if (!more.isEmpty()) {
      command.addAll(List.of(more.split(" ")));
    }
    command.addAll(
        List.of(
            "-XX:MaxDirectMemorySize=10g",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  /** Throws files out of the page cache. */
  private static void forget(List<Path> files) throws Exception {
    for (Path file : files) {
      run("sync", file.toString());
      run("dd", "if=" + file, "iflag=nocache", "count=0", "status=none");
    }
  }

  private static void run(String... command) throws Exception {
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException("failed: " + String.join(" ", command));
    }
  }

  // ---- in the process of the tablet

  private static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  private static void recover(Path directory) throws Exception {
    double cpuBegan = cpuSeconds();
    long began = System.nanoTime();
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      long read = System.nanoTime();
      double cpuRead = cpuSeconds();
      NodeId tablet = cluster.tablets.get(0);
      PartitionId partition = TestCluster.partition(0);
      PartitionLoop loop = cluster.tablet(tablet).partitions().of(partition);
      long restored = ask(loop, () -> loop.store(partition).engine().appliedOffset());
      long term = ask(loop, () -> loop.host().view(partition).term()) + 1;
      CompletableFuture<Void> elected =
          CompletableFuture.runAsync(() -> cluster.elect(0, term, ALONE, cluster.tablets));
      long first = read;
      double cpuFirst = cpuRead;
      while (!ask(loop, () -> loop.store(partition).isLoaded())) {
        if (ask(loop, () -> loop.store(partition).engine().appliedOffset()) == restored) {
          first = System.nanoTime();
          cpuFirst = cpuSeconds();
        }
        Thread.sleep(1);
      }
      long applied = System.nanoTime();
      double cpuApplied = cpuSeconds();
      // What it waits for at the end may take longer than its patience; the records were applied.
      elected.handle((done, late) -> null).join();
      long rows = ask(loop, () -> loop.store(partition).rows());
      long records = ask(loop, () -> loop.store(partition).engine().appliedOffset()) - restored;
      double reading = (read - began) / 1e9;
      double applying = (applied - first) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%d rows: files read in %.2f s, waited %.2f s for a leader, applied %d records in %.2f s"
              + " (%.0f/s); %.0f rows/s for reading and applying%n"
              + "in processor time, compiler and collector included: read %.2f s, applied %.2f s;"
              + " %.0f rows/s of a core for both%n",
          rows,
          reading,
          (first - read) / 1e9,
          records,
          applying,
          records / Math.max(0.001, applying),
          rows / (reading + (records > 10 ? applying : 0)),
          cpuRead - cpuBegan,
          cpuApplied - cpuFirst,
          rows / (cpuRead - cpuBegan + (records > 10 ? cpuApplied - cpuFirst : 0)));
      long hash = ask(loop, () -> loop.store(partition).engine().stateHash());
      System.out.println("hash " + Long.toHexString(hash));
    }
  }

  private static <T> T ask(PartitionLoop loop, Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    if (!loop.execute(() -> answer.complete(question.get()))) {
      throw new IllegalStateException("the loop takes nothing");
    }
    return answer.join();
  }
}
