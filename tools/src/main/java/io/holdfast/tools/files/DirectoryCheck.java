package io.holdfast.tools.files;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.protocol.meta.MetaCodec;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.binlog.LogFiles;
import io.holdfast.tablet.binlog.ReplicaMeta;
import io.holdfast.tablet.binlog.ReplicaMetaFile;
import io.holdfast.tablet.snapshot.SnapshotFiles;
import io.holdfast.tablet.snapshot.SnapshotHeader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Goes through a data directory. For one thread, once. */
final class DirectoryCheck {
  private static final Pattern REPLICA = Pattern.compile("(\\d{1,10})_(\\d{1,10})");

  private final Path root;
  private final Findings findings;
  private final PrintWriter err;
  private String clusterId;

  DirectoryCheck(Path root, Findings findings, PrintWriter err) {
    this.root = root;
    this.findings = findings;
    this.err = err;
  }

  void run() throws IOException {
    clusterId = Files.readString(root.resolve("cluster-id")).strip();
    findings.add("", "directory", Level.OK, "of cluster " + clusterId);
    for (Path path : children(root)) {
      String name = path.getFileName().toString();
      Matcher matcher = REPLICA.matcher(name);
      if (Files.isDirectory(path) && matcher.matches()) {
        replica(name, path);
      } else if (name.startsWith("new_")) {
        findings.add(
            name, "directory", Level.NOTE, "was not finished when the tablet ended; it removes it");
      }
    }
    Path recycled = root.resolve("recycle");
    if (Files.isDirectory(recycled)) {
      int count = children(recycled).size();
      findings.add("recycle", "directory", Level.NOTE, count + " replicas that were dropped");
    }
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.sorted().toList();
    }
  }

  private void replica(String name, Path path) throws IOException {
    ReplicaMeta meta = meta(name, path);
    LogFiles.Owner owner =
        meta == null ? null : new LogFiles.Owner(meta.replicaUid(), meta.tid(), meta.pid());
    Path log = path.resolve("binlog");
    Path next = path.resolve("binlog.next");
    if (!Files.exists(log) && Files.exists(next)) {
      findings.add(
          name, "binlog", Level.NOTE, "binlog.next is the log; a start of the tablet names it so");
      log = next;
    }
    LogFiles.Verdict verdict = BinlogTool.check(name, log, owner, findings);
    long snapshot = snapshots(name, path.resolve("snapshots"), meta);
    if (verdict != null) {
      judge(name, verdict, snapshot);
    }
    Path aside = path.resolve("aside");
    if (Files.isDirectory(aside) && !children(aside).isEmpty()) {
      findings.add(
          name, "binlog", Level.NOTE, children(aside).size() + " older logs were put aside");
    }
  }

  private ReplicaMeta meta(String name, Path path) {
    ReplicaMeta meta;
    try {
      meta = new ReplicaMetaFile(path.resolve("meta")).read();
    } catch (IOException e) {
      findings.add(name, "meta", Level.DAMAGED, e.getMessage());
      return null;
    }
    boolean here = name.equals(meta.tid() + "_" + meta.pid());
    if (!here || !meta.clusterId().equals(clusterId)) {
      findings.add(name, "meta", Level.DAMAGED, "it belongs elsewhere: " + meta);
      return meta;
    }
    findings.add(name, "meta", Level.OK, meta.toString());
    if (!meta.flags().isClean()) {
      findings.add(name, "meta", Level.NOTE, "not to be relied on until its leader has mended it");
    }
    return meta;
  }

  /** The offset of the newest intact snapshot; 0 for none. */
  private long snapshots(String name, Path folder, ReplicaMeta meta) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    long newest = 0;
    SnapshotHeader partition = meta == null ? null : header(name, meta);
    for (Path snapshot : SnapshotTool.snapshots(folder)) {
      SnapshotFiles.Facts facts =
          SnapshotTool.check(name, snapshot, partition, true, findings, err);
      newest = facts == null ? newest : Math.max(newest, facts.manifest().offset());
    }
    for (Path path : children(folder)) {
      if (path.getFileName().toString().startsWith("damaged-")) {
        findings.add(
            name, "snapshot", Level.NOTE, path.getFileName() + " was found damaged, and replaced");
      }
    }
    return newest;
  }

  private SnapshotHeader header(String name, ReplicaMeta meta) {
    try {
      TableInfo definition = TableInfo.parseFrom(MetaCodec.decodeTable(meta.schema()).definition());
      long schema = SnapshotHeader.fingerprint(TableSchema.of(definition));
      return new SnapshotHeader(meta.clusterId(), meta.tid(), meta.pid(), schema, 0, 0, 0);
    } catch (InvalidProtocolBufferException | SchemaException | IllegalArgumentException e) {
      findings.add(name, "meta", Level.DAMAGED, "its table cannot be read: " + e.getMessage());
      return null;
    }
  }

  /** Whether log and snapshot together have everything. */
  private void judge(String name, LogFiles.Verdict log, long snapshot) {
    if (log.firstOffset() > snapshot + 1) {
      findings.add(
          name,
          "replica",
          Level.DAMAGED,
          "records "
              + (snapshot + 1)
              + " to "
              + (log.firstOffset() - 1)
              + " are in no intact file; its leader makes it whole");
    } else if (log.lastOffset() < snapshot) {
      findings.add(
          name,
          "replica",
          Level.NOTE,
          "its log ends before its newest snapshot; a start puts the log aside, and its leader"
              + " makes it whole");
    }
  }
}
