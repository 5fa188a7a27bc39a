package io.holdfast.it.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.client.row.WireRowCodec;
import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import io.holdfast.protocol.rpc.RpcEventLoops;
import io.holdfast.shell.Shell;
import io.holdfast.shell.ShellEnvironment;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.directories.DataDirectories;
import io.holdfast.tablet.directories.DirectoryLists;
import io.holdfast.tools.files.FilesMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands about files, over a data directory that a real tablet has written. */
@Timeout(120)
class FilesToolTest {
  private static final int FLIPS = 250;

  @TempDir static Path directory;
  private static Path written;
  private static Path replica;

  /** A path of a file that is damaged, in a directory that is made anew for it. */
  @TempDir Path scratch;

  private record Printed(int code, String out, String err) {}

  @BeforeAll
  static void writeSomething() throws Exception {
    try (InProcessCluster cluster = new InProcessCluster(directory);
        RpcEventLoops loops = RpcEventLoops.create("files")) {
      shell(cluster, loops, "createdb shop");
      shell(cluster, loops, "create cards 0 2 2 card:string:index amount:double");
      for (int i = 0; i < 30; i++) {
        shell(cluster, loops, "put cards 0 card" + i + " " + i);
      }
      // Logs and snapshots have rows of two versions.
      shell(cluster, loops, "addtablefield cards note string");
      for (int i = 30; i < 40; i++) {
        shell(cluster, loops, "put cards 0 card" + i + " " + i + " note");
      }
      for (int pid = 0; pid < 2; pid++) {
        shell(cluster, loops, "makesnapshot cards " + pid + " --wait");
      }
      for (int i = 40; i < 60; i++) {
        shell(cluster, loops, "put cards 0 card" + i + " " + i + " note");
      }
      shell(cluster, loops, "delete cards card1");
    }
    // The one whose leaders made the snapshots: both have led a partition, so either will do.
    written = directory.resolve("tablet1");
    try (Stream<Path> snapshots = Files.find(directory, 6, (path, any) -> isManifest(path))) {
      replica = snapshots.findFirst().orElseThrow().getParent().getParent().getParent();
      written = replica.getParent();
    }
  }

  private static boolean isManifest(Path path) {
    return path.getFileName().toString().equals("MANIFEST");
  }

  private static void shell(InProcessCluster cluster, RpcEventLoops loops, String command) {
    StringWriter out = new StringWriter();
    try (RpcClient client = RpcClient.create(RpcClientSettings.defaults(), loops)) {
      ShellEnvironment environment =
          new ShellEnvironment(
              new BufferedReader(new StringReader("")),
              new PrintWriter(out),
              new PrintWriter(out),
              Map.of(),
              false,
              () -> client,
              new WireRowCodec());
      List<String> words = new ArrayList<>(List.of("--role=ns_client", "--interactive=false"));
      words.add("--endpoint=" + cluster.active());
      if (!command.startsWith("createdb")) {
        words.add("--database=shop");
      }
      words.add("--cmd=" + command);
      assertThat(new Shell(environment).run(words).number()).as(command + ": " + out).isZero();
    }
  }

  private static Printed run(Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] args = Arrays.stream(words).map(Object::toString).toArray(String[]::new);
    int code = FilesMain.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Printed(code, out.toString(), err.toString());
  }

  /** Every file with its bytes and its time. */
  private static Map<Path, String> everything(Path root) throws IOException {
    Map<Path, String> all = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.toList()) {
        FileTime time = Files.getLastModifiedTime(path);
        String bytes =
            Files.isDirectory(path)
                ? ""
                : Integer.toString(Arrays.hashCode(Files.readAllBytes(path)));
        all.put(path, time + " " + bytes);
      }
    }
    return all;
  }

  /** A copy of what the tablet has written, to be damaged. */
  private Path copy() throws IOException {
    Path target = scratch.resolve("copy");
    DurableFiles.deleteTree(target);
    try (Stream<Path> paths = Files.walk(written)) {
      for (Path path : paths.toList()) {
        Files.copy(path, target.resolve(written.relativize(path).toString()));
      }
    }
    return target;
  }

  private Path in(Path copy, Path original) {
    return copy.resolve(written.relativize(original).toString());
  }

  private static Path segment() throws IOException {
    try (Stream<Path> files = Files.list(replica.resolve("binlog"))) {
      return files.filter(file -> file.toString().endsWith(".seg")).findFirst().orElseThrow();
    }
  }

  private static Path snapshot() throws IOException {
    try (Stream<Path> files = Files.list(replica.resolve("snapshots"))) {
      return files
          .filter(file -> file.getFileName().toString().length() == 20)
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void whatIsIntactIsSaidToBeAndNothingIsTouched() throws Exception {
    Map<Path, String> before = everything(written);
    Printed checked = run("data-dir", "check", written);
    assertThat(checked.code()).as(checked.toString()).isZero();
    assertThat(checked.out())
        .contains("of cluster ")
        .containsPattern("_0 +meta +ok ")
        .containsPattern("_1 +binlog +ok +offsets 1 to \\d+, term \\d+, 1 segments")
        .containsPattern("snapshot +ok +partition \\d+/\\d of cluster")
        .contains("0 damaged, 0 torn, ");
    assertThat(run("binlog", "verify", replica.resolve("binlog")).code()).isZero();
    assertThat(run("snapshot", "verify", replica.resolve("snapshots")).code()).isZero();
    assertThat(run("snapshot", "inspect", snapshot()).out()).contains("(not read)");
    assertThat(everything(written)).isEqualTo(before);
  }

  /** Of one of several data directories it is told which others there are, and what is in both. */
  @Test
  void theOtherDataDirectoriesAreNamed() throws Exception {
    Path copy = copy();
    Path other = scratch.resolve("other");
    String clusterId = DataDirectory.clusterId(copy).orElseThrow();
    DataDirectories.open(DirectoryLists.parse(copy + "," + other, "", ""), clusterId).close();
    Printed checked = run("data-dir", "check", copy);
    assertThat(checked.code()).as(checked.toString()).isZero();
    assertThat(checked.out())
        .containsPattern("directories +file +ok +data directory [-0-9a-f]{36} of tablet ")
        .containsPattern("directories +file +note +belongs together with " + other + ",")
        .doesNotContain("is not a tablet's");

    String name = replica.getFileName().toString();
    Files.createDirectory(other.resolve(name));
    checked = run("data-dir", "check", copy);
    assertThat(checked.code()).isEqualTo(1);
    assertThat(checked.out())
        .containsPattern(name + " +replica +DAMAGED is in " + other + ", too: no tablet starts");

    Files.write(copy.resolve("directories"), new byte[10]);
    assertThat(run("data-dir", "check", copy).out())
        .containsPattern("directories +file +DAMAGED .*checksum does not match");
    Files.delete(copy.resolve("directories"));
    DurableFiles.deleteTree(other);
  }

  @Test
  void recordsAreShown() throws Exception {
    Path log = replica.resolve("binlog");
    Printed all = run("binlog", "dump", log);
    assertThat(all.code()).isZero();
    assertThat(all.out().lines().findFirst().orElseThrow()).matches("1 term \\d+ TERM_START .*");
    assertThat(all.out()).containsPattern("(?m)put 0=card\\d+ time \\d+, row of \\d+ bytes$");
    assertThat(all.out()).contains("alterations 1: column note kString");
    assertThat(all.out())
        .containsPattern("put 0=card3\\d time \\d+, row of \\d+ bytes and version 2");
    assertThat(run("binlog", "dump", log, "--from", "3", "--limit", "2").out().lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("3 term ");
    assertThat(run("binlog", "dump", log, "--to", "4").out().lines()).hasSize(4);
    assertThat(run("binlog", "dump", segment(), "--to", "4").out())
        .isEqualTo(run("binlog", "dump", log, "--to", "4").out());
    for (String line : run("binlog", "dump", log, "-o", "json").out().lines().toList()) {
      assertThat(new ObjectMapper().readTree(line).get("offset").asLong()).isPositive();
    }
  }

  /** One bit anywhere, in a file of any kind, and it is told which. */
  @Test
  void noFlippedBitIsMissed() throws Exception {
    Path copy = copy();
    List<Path> kinds =
        List.of(
            replica.resolve("meta"),
            segment(),
            snapshot().resolve("MANIFEST"),
            snapshot().resolve("state"));
    Random random = new Random(42);
    for (Path kind : kinds) {
      Path file = in(copy, kind);
      byte[] good = Files.readAllBytes(kind);
      for (int i = 0; i < FLIPS; i++) {
        byte[] bad = good.clone();
        int bit = random.nextInt(bad.length * 8);
        bad[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, bad);
        Printed checked = run("data-dir", "check", copy);
        assertThat(checked.code()).as("bit %s of %s: %s", bit, kind, checked).isIn(1, 7);
        assertThat(checked.out()).containsPattern("DAMAGED|torn");
      }
      Files.write(file, good);
      assertThat(run("data-dir", "check", copy).code()).isZero();
    }
  }

  @Test
  void whatIsCutIsTold() throws Exception {
    Path copy = copy();
    Path log = in(copy, segment());
    byte[] good = Files.readAllBytes(log);
    int end = good.length;
    while (good[end - 1] == 0) {
      end--;
    }
    // Within the last record, whose write nobody need have been told of.
    Files.write(log, Arrays.copyOf(good, end - 3));
    Printed torn = run("data-dir", "check", copy);
    assertThat(torn.code()).as(torn.toString()).isEqualTo(7);
    assertThat(torn.out()).contains("torn write", log.getFileName() + " at byte ");
    // Where later records say that it had been synced.
    Files.write(log, Arrays.copyOf(good, end / 2));
    byte[] middle = good.clone();
    middle[end / 2] ^= 1;
    Files.write(log, middle);
    assertThat(run("binlog", "verify", log.getParent()).code()).isEqualTo(1);
    Printed dumped = run("binlog", "dump", log.getParent());
    assertThat(dumped.code()).isEqualTo(1);
    assertThat(dumped.err()).contains("no record: ").contains("at byte ");
    Files.write(log, good);

    Path state = in(copy, snapshot()).resolve("state");
    byte[] whole = Files.readAllBytes(state);
    Files.write(state, Arrays.copyOf(whole, whole.length - 5));
    Printed cut = run("snapshot", "verify", state.getParent());
    assertThat(cut.code()).isEqualTo(1);
    assertThat(cut.out()).contains("DAMAGED").contains("byte ");
    Files.delete(state);
    assertThat(run("data-dir", "check", copy).code()).isEqualTo(1);
  }

  @Test
  void whatIsFromElsewhereIsTold() throws Exception {
    Path copy = copy();
    Path here = in(copy, replica);
    Path other;
    try (Stream<Path> replicas = Files.list(copy)) {
      other =
          replicas
              .filter(path -> path.getFileName().toString().matches("\\d+_\\d+"))
              .filter(path -> !path.equals(here))
              .findFirst()
              .orElseThrow();
    }
    Path mine = in(copy, segment());
    byte[] good = Files.readAllBytes(mine);
    Files.copy(
        other.resolve("binlog").resolve(mine.getFileName()),
        mine,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(run("data-dir", "check", copy).out()).contains("segment belongs to replica");
    Files.write(mine, good);

    Files.move(here, copy.resolve("77_0"));
    assertThat(run("data-dir", "check", copy).out()).contains("it belongs elsewhere");
    Files.move(copy.resolve("77_0"), here);
    Files.delete(mine);
    assertThat(run("data-dir", "check", copy).out()).contains("there is no segment");
  }

  /** A log that was cut between two records looks whole; only the snapshot knows better. */
  @Test
  void aLogThatEndsBeforeItsSnapshotIsTold() throws Exception {
    Path copy = copy();
    Path log = in(copy, segment());
    String tenth =
        run("binlog", "dump", log, "--from", "10", "--limit", "1", "-o", "json").out().strip();
    int position = new ObjectMapper().readTree(tenth).get("position").asInt();
    byte[] good = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(good, position));
    assertThat(run("binlog", "verify", log.getParent()).code()).isZero();
    Printed checked = run("data-dir", "check", copy);
    assertThat(checked.code()).as(checked.toString()).isEqualTo(1);
    assertThat(checked.out()).contains("does not have the last record of its newest snapshot");
  }

  @Test
  void oneFileCanBeNamed() throws Exception {
    assertThat(run("binlog", "verify", segment()).code()).isZero();
    Printed snapshot = run("snapshot", "verify", snapshot().resolve("state"));
    assertThat(snapshot.code()).as(snapshot.toString()).isZero();
    assertThat(snapshot.out()).containsPattern("\\d+ keys, \\d+ versions, \\d+ rows of");
    assertThat(snapshot.out()).doesNotContain("not looked into");
    assertThat(run("snapshot", "inspect", snapshot()).out()).contains("state hash", "crc32c");
    Path elsewhere = Files.createDirectories(scratch.resolve("elsewhere"));
    Files.copy(segment(), elsewhere.resolve("00000001.cut"));
    assertThat(run("binlog", "dump", elsewhere.resolve("00000001.cut")).out())
        .containsPattern("1 term \\d+ TERM_START");
  }

  /** What is wrong at one place does not keep the rest from being read. */
  @Test
  void smallFilesAndDroppedReplicasAreReadToo() throws Exception {
    Path copy = copy();
    Path here = in(copy, replica);
    Path dropped = copy.resolve("recycle").resolve(here.getFileName() + "_1700000000000");
    Files.createDirectories(dropped.getParent());
    Files.move(here, dropped);
    Printed whole = run("data-dir", "check", copy);
    assertThat(whole.code()).as(whole.toString()).isZero();
    assertThat(whole.out()).contains("1 replicas that were dropped").containsPattern("meta +ok");
    Path meta = dropped.resolve("meta");
    byte[] good = Files.readAllBytes(meta);
    good[20] ^= 1;
    Files.write(meta, good);
    assertThat(run("data-dir", "check", copy).code()).isEqualTo(1);

    Files.write(copy.resolve("cluster-id"), new byte[] {(byte) 0xff, (byte) 0xfe});
    Files.write(copy.resolve("boot"), new byte[] {(byte) 0xff});
    Files.createDirectories(dropped.resolve("snapshots").resolve("99999999999999999999"));
    Printed checked = run("data-dir", "check", copy);
    assertThat(checked.code()).isEqualTo(1);
    assertThat(checked.out()).contains("it belongs elsewhere", "is no boot mark");
    assertThat(checked.out()).containsPattern("binlog +ok");
    Files.delete(copy.resolve("boot"));
    Files.write(copy.resolve("cluster-id"), new byte[0]);
    assertThat(run("data-dir", "check", copy).out()).contains("cluster-id is empty");
  }

  /** Whoever may only read can check; nothing is written, not even for a moment. */
  @Test
  void noRightToWriteIsNeeded() throws Exception {
    Path copy = copy();
    List<Path> all;
    try (Stream<Path> paths = Files.walk(copy)) {
      all = paths.toList();
    }
    Map<Path, String> before = everything(copy);
    for (Path path : all) {
      Files.setPosixFilePermissions(
          path,
          PosixFilePermissions.fromString(Files.isDirectory(path) ? "r-xr-xr-x" : "r--r--r--"));
    }
    try {
      Printed checked = run("data-dir", "check", copy);
      assertThat(checked.code()).as(checked.toString()).isZero();
      Path here = in(copy, replica);
      assertThat(run("binlog", "verify", here.resolve("binlog")).code()).isZero();
      assertThat(run("snapshot", "verify", here.resolve("snapshots")).code()).isZero();
      assertThat(everything(copy)).isEqualTo(before);
    } finally {
      for (Path path : all) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }

  @Test
  void whatIsNoDataDirectoryOrInUseIsRefused() throws Exception {
    Path copy = copy();
    Printed nowhere = run("data-dir", "check", scratch.resolve("nowhere"));
    assertThat(nowhere.code()).isEqualTo(6);
    assertThat(nowhere.err()).contains("does not exist");
    Printed empty = run("data-dir", "check", scratch);
    assertThat(empty.code()).isEqualTo(6);
    assertThat(empty.err()).contains("there is no cluster-id in it");
    assertThat(run("snapshot", "verify", copy).code()).isEqualTo(6);
    assertThat(run("data-dir", "check", copy.resolve("LOCK")).code()).isEqualTo(2);
    assertThat(run("binlog", "dump", copy.resolve("LOCK")).err()).contains("no segment of a log");
    assertThat(run("binlog").code()).isEqualTo(2);
    assertThat(run().err()).contains("name a command");
    for (String tool : List.of("binlog", "snapshot", "data-dir")) {
      assertThat(run(tool, "--help").code()).isZero();
    }
    // A lock of this process overlaps instead of being refused; that, too, must be told.
    try (FileChannel channel = FileChannel.open(copy.resolve("LOCK"), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      Printed used = run("data-dir", "check", copy);
      assertThat(used.code()).as(used.toString()).isEqualTo(4);
      assertThat(used.err()).contains("in use by a running tablet");
    }
  }
}
