package io.holdfast.tools.files;

import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.tablet.binlog.JournalCheck;
import io.holdfast.tablet.binlog.LogFiles;
import io.holdfast.tablet.binlog.ReplicaMeta;
import io.holdfast.tablet.binlog.ReplicaMetaFile;
import io.holdfast.tablet.directories.DirectoryMark;
import io.holdfast.tablet.partition.TermHistories;
import io.holdfast.tablet.replication.TermHistory;
import io.holdfast.tablet.snapshot.SnapshotFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Goes through a data directory. For one thread, once. */
final class DirectoryCheck {
  private static final Pattern REPLICA = Pattern.compile("\\d{1,10}_\\d{1,10}");
  private static final Pattern DROPPED = Pattern.compile("(\\d{1,10}_\\d{1,10})_\\d+");
  private static final Set<String> OWN_FILES =
      Set.of("LOCK", "cluster-id", "reserve", DirectoryMark.FILE);
  private static final int MAX_SMALL_BYTES = 1024;

  private final Path root;
  private final Findings findings;
  private final PrintWriter err;
  private String clusterId;

  /** Where the tablet's other data directories were, by what its mark says. */
  private final List<Path> others = new ArrayList<>();

  DirectoryCheck(Path root, Findings findings, PrintWriter err) {
    this.root = root;
    this.findings = findings;
    this.err = err;
  }

  /**
   * Reads everything. What cannot be read is told, and does not keep the rest from being read.
   *
   * @throws IOException when the directory itself cannot be listed
   */
  void run() throws IOException {
    clusterId = clusterId();
    mark();
    for (Path path : children(root)) {
      String name = path.getFileName().toString();
      if (Files.isDirectory(path) && REPLICA.matcher(name).matches()) {
        tryReplica(name, path, name);
      } else if (name.startsWith("new_")) {
        findings.add(
            name, "directory", Level.NOTE, "was not finished when the tablet ended; it removes it");
      } else if (name.equals("recycle")) {
        recycled(path);
      } else if (name.equals("boot")) {
        boot(path);
      } else if (name.equals("journal")) {
        journal(path);
      } else if (!OWN_FILES.contains(name)) {
        findings.add(name, "file", Level.NOTE, "is not a tablet's");
      }
    }
  }

  /** Null when it cannot be relied on. */
  private String clusterId() {
    try {
      String id = small(root.resolve("cluster-id")).strip();
      boolean known = !id.isEmpty();
      findings.add(
          "",
          "directory",
          known ? Level.OK : Level.DAMAGED,
          known ? "of cluster " + id : "cluster-id is empty");
      return known ? id : null;
    } catch (IOException e) {
      findings.add("", "directory", Level.DAMAGED, "cluster-id cannot be read: " + e);
      return null;
    }
  }

  /** One of several directories says so; what is wrong with the others is for a start to say. */
  private void mark() {
    try {
      DirectoryMark mark = DirectoryMark.load(root).orElse(null);
      if (mark == null) {
        return;
      }
      findings.add(
          DirectoryMark.FILE,
          "file",
          Level.OK,
          "data directory " + mark.self() + " of tablet " + mark.tablet());
      for (Map.Entry<UUID, String> known : new TreeMap<>(mark.paths()).entrySet()) {
        if (!known.getKey().equals(mark.self())) {
          other(known.getKey(), Path.of(known.getValue()));
        }
      }
    } catch (IOException e) {
      findings.add(DirectoryMark.FILE, "file", Level.DAMAGED, e.getMessage());
    }
  }

  private void other(UUID id, Path path) {
    DirectoryMark there;
    try {
      there = DirectoryMark.load(path).orElse(null);
    } catch (IOException e) {
      there = null;
    }
    boolean isThere = there != null && there.self().equals(id);
    if (isThere) {
      others.add(path);
    }
    findings.add(
        DirectoryMark.FILE,
        "file",
        Level.NOTE,
        isThere
            ? "belongs together with " + path + ", which is to be checked by itself"
            : "belonged together with " + path + " (" + id + "), which is not there now");
  }

  private void boot(Path file) {
    try {
      List<String> lines = small(file).lines().toList();
      boolean known = lines.size() == 2 && lines.get(1).matches("clean|running");
      findings.add(
          "boot",
          "file",
          known ? Level.OK : Level.DAMAGED,
          known
              ? "the tablet left it " + lines.get(1)
              : "is no boot mark; the tablet goes by it as if the machine had stopped");
    } catch (IOException e) {
      findings.add("boot", "file", Level.DAMAGED, "cannot be read: " + e);
    }
  }

  private void journal(Path path) {
    try {
      JournalCheck.Verdict verdict = JournalCheck.check(path);
      String waiting =
          verdict.blocks() == 0
              ? "holds nothing that the logs lack"
              : verdict.blocks()
                  + " blocks that the tablet writes into its logs when it starts; that may mend"
                  + " what is found at their ends";
      findings.add(
          "journal",
          "journal",
          verdict.damage().isPresent()
              ? Level.DAMAGED
              : verdict.blocks() == 0 ? Level.OK : Level.NOTE,
          verdict.damage().map(damage -> damage + "; ").orElse("") + waiting);
    } catch (IOException e) {
      findings.add("journal", "journal", Level.DAMAGED, "cannot be read: " + e);
    }
  }

  /** Not as a string of the file system's making: any byte may be damaged. */
  private static String small(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_SMALL_BYTES), StandardCharsets.UTF_8);
    }
  }

  /** Dropped replicas: nobody counts on them, unless it is to recover what was dropped. */
  private void recycled(Path bin) {
    try {
      List<Path> dropped = children(bin);
      findings.add(
          "recycle", "directory", Level.NOTE, dropped.size() + " replicas that were dropped");
      for (Path path : dropped) {
        Matcher name = DROPPED.matcher(path.getFileName().toString());
        if (name.matches() && Files.isDirectory(path)) {
          tryReplica("recycle/" + path.getFileName(), path, name.group(1));
        }
      }
    } catch (IOException e) {
      findings.add("recycle", "directory", Level.DAMAGED, "cannot be read: " + e);
    }
  }

  private void tryReplica(String name, Path path, String key) {
    try {
      replica(name, path, key);
    } catch (IOException e) {
      findings.add(name, "replica", Level.DAMAGED, "cannot be read: " + e);
    }
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.sorted().toList();
    }
  }

  private void replica(String name, Path path, String key) throws IOException {
    for (Path other : name.equals(key) ? others : List.<Path>of()) {
      if (Files.exists(other.resolve(key))) {
        findings.add(
            name,
            "replica",
            Level.DAMAGED,
            "is in " + other + ", too: no tablet starts with two copies of a partition");
      }
    }
    ReplicaMeta meta = meta(name, path, key);
    LogFiles.Owner owner = meta == null ? null : ReplicaTable.ownerOf(meta);
    Path log = path.resolve("binlog");
    Path next = path.resolve("binlog.next");
    if (!Files.exists(log) && Files.exists(next)) {
      findings.add(
          name, "binlog", Level.NOTE, "binlog.next is the log; a start of the tablet names it so");
      log = next;
    }
    LogFiles.Verdict verdict = BinlogTool.check(name, log, owner, findings, err);
    SnapshotManifest snapshot = snapshots(name, path.resolve("snapshots"), meta);
    if (verdict != null) {
      judge(name, verdict, snapshot);
    }
    Path aside = path.resolve("aside");
    if (Files.isDirectory(aside) && !children(aside).isEmpty()) {
      findings.add(
          name, "binlog", Level.NOTE, children(aside).size() + " older logs were put aside");
    }
  }

  private ReplicaMeta meta(String name, Path path, String key) {
    ReplicaMeta meta;
    try {
      meta = new ReplicaMetaFile(path.resolve("meta")).read();
    } catch (IOException e) {
      findings.add(name, "meta", Level.DAMAGED, e.getMessage());
      return null;
    }
    boolean here = key.equals(meta.tid() + "_" + meta.pid());
    if (!here || clusterId != null && !meta.clusterId().equals(clusterId)) {
      findings.add(name, "meta", Level.DAMAGED, "it belongs elsewhere: " + meta);
      return meta;
    }
    findings.add(name, "meta", Level.OK, meta.toString());
    if (!meta.flags().isClean()) {
      findings.add(name, "meta", Level.NOTE, "not to be relied on until its leader has mended it");
    }
    return meta;
  }

  /** The newest intact snapshot; null for none. */
  private SnapshotManifest snapshots(String name, Path folder, ReplicaMeta meta)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      return null;
    }
    SnapshotManifest newest = null;
    ReplicaTable table = meta == null ? null : table(name, meta);
    for (Path snapshot : SnapshotTool.snapshots(folder)) {
      SnapshotFiles.Facts facts = SnapshotTool.check(name, snapshot, table, true, findings, err);
      newest = newest == null && facts != null ? facts.manifest() : newest;
    }
    for (Path path : children(folder)) {
      if (path.getFileName().toString().startsWith("damaged-")) {
        findings.add(
            name, "snapshot", Level.NOTE, path.getFileName() + " was found damaged, and replaced");
      }
    }
    return newest;
  }

  private ReplicaTable table(String name, ReplicaMeta meta) {
    try {
      return ReplicaTable.of(meta);
    } catch (IOException e) {
      findings.add(name, "meta", Level.DAMAGED, e.getMessage());
      return null;
    }
  }

  /** Whether log and newest snapshot together have everything, as a start judges it. */
  private void judge(String name, LogFiles.Verdict log, SnapshotManifest snapshot) {
    if (snapshot == null) {
      if (log.firstOffset() > 1) {
        findings.add(
            name,
            "replica",
            Level.DAMAGED,
            "records 1 to "
                + (log.firstOffset() - 1)
                + " are in no intact file; its leader makes it whole");
      }
      return;
    }
    if (history(log).continues(snapshot.term(), snapshot.offset())) {
      return;
    }
    boolean isGap = log.firstOffset() > snapshot.offset() + 1;
    findings.add(
        name,
        "replica",
        Level.DAMAGED,
        isGap
            ? "records "
                + (snapshot.offset() + 1)
                + " to "
                + (log.firstOffset() - 1)
                + " are in no intact file; its leader makes it whole"
            : "its log does not have the last record of its newest snapshot, offset "
                + snapshot.offset()
                + " of term "
                + snapshot.term()
                + "; a start puts the log aside, and its leader makes it whole. A crash leaves"
                + " that, too, while a snapshot is taken over");
  }

  private static TermHistory history(LogFiles.Verdict log) {
    return TermHistories.of(log.terms(), log.firstOffset(), log.prevTerm(), log.lastOffset());
  }
}
