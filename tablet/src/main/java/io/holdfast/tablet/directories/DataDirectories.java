package io.holdfast.tablet.directories;

import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A tablet's data directories, taken all together or not at all. Single owner. */
public final class DataDirectories implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataDirectories.class);

  private final List<Place> places = new ArrayList<>();

  private DataDirectories() {}

  /**
   * One of them.
   *
   * @param modes of which storage modes it takes new replicas; it may have others
   */
  public record Place(DataDirectory directory, Set<StorageMode> modes) {}

  /**
   * Takes all directories that are listed, making those that are new. Nothing is changed before all
   * of them have been looked at.
   *
   * @param clusterId written into new directories; old ones must hold the same
   * @throws DirectoryException when they are not those of one tablet, all of them
   * @throws IOException when one is in use by another process, or fails
   */
  public static DataDirectories open(DirectoryLists lists, String clusterId) throws IOException {
    List<Path> paths = DirectoryPaths.distinct(lists.all());
    List<DirectoryRoll.Found> found = new ArrayList<>();
    for (Path path : paths) {
      found.add(look(path));
    }
    DirectoryRoll.Verdict verdict =
        DirectoryRoll.judge(clusterId, found, elsewhere(found), UUID::randomUUID);
    DataDirectories taken = new DataDirectories();
    try {
      for (int i = 0; i < paths.size(); i++) {
        DataDirectory directory = DataDirectory.open(paths.get(i), clusterId);
        taken.places.add(new Place(directory, lists.modes(i)));
        checkUntouched(directory.root(), found.get(i));
      }
      mark(paths, found, verdict);
      return taken;
    } catch (IOException | RuntimeException e) {
      taken.close();
      throw e;
    }
  }

  /**
   * The cluster whose data is in the directories; empty when that is in none yet.
   *
   * @throws DirectoryException when they are of several clusters
   */
  public static Optional<String> clusterId(DirectoryLists lists) throws IOException {
    Path first = null;
    Optional<String> id = Optional.empty();
    for (String listed : lists.all()) {
      Path path = DirectoryPaths.absolute(listed);
      Optional<String> here = DataDirectory.clusterId(path);
      if (here.isPresent() && id.isPresent() && !here.equals(id)) {
        throw new DirectoryException(
            "data directories "
                + first
                + " and "
                + path
                + " belong to different clusters, "
                + id.get()
                + " and "
                + here.get());
      }
      if (here.isPresent() && id.isEmpty()) {
        first = path;
        id = here;
      }
    }
    return id;
  }

  private static DirectoryRoll.Found look(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return new DirectoryRoll.Found(path.toString(), null, null, Set.of());
    }
    return new DirectoryRoll.Found(
        path.toString(),
        DataDirectory.clusterId(path).orElse(null),
        DirectoryMark.load(path).orElse(null),
        Set.copyOf(DataDirectory.replicas(path)));
  }

  /** What is at paths that marks name and the list does not. */
  private static List<DirectoryRoll.Found> elsewhere(List<DirectoryRoll.Found> listed) {
    Set<String> named = new TreeSet<>();
    Set<String> seen = new HashSet<>();
    for (DirectoryRoll.Found found : listed) {
      seen.add(found.path());
      if (found.mark() != null) {
        named.addAll(found.mark().paths().values());
      }
    }
    named.removeAll(seen);
    return named.stream().map(Path::of).map(DataDirectories::lookElsewhere).toList();
  }

  /**
   * A disk that cannot be listed is gone, which is what the operator says by leaving it out. One
   * that can be listed is there, whatever else is wrong with it.
   */
  private static DirectoryRoll.Found lookElsewhere(Path path) {
    Set<ReplicaKey> replicas = Set.of();
    try {
      if (Files.isDirectory(path)) {
        replicas = Set.copyOf(DataDirectory.replicas(path));
      }
      return look(path);
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("{} was a data directory of this tablet and cannot be read: {}", path, e.toString());
      return new DirectoryRoll.Found(path.toString(), null, null, replicas);
    }
  }

  /**
   * Another process may have used the directory after it was looked at, and before it was taken.
   */
  private static void checkUntouched(Path root, DirectoryRoll.Found found) throws IOException {
    if (!DirectoryMark.load(root).equals(Optional.ofNullable(found.mark()))) {
      throw new IOException(
          "data directory " + root + " was used by another tablet at this moment; start again");
    }
  }

  private static void mark(
      List<Path> paths, List<DirectoryRoll.Found> found, DirectoryRoll.Verdict verdict)
      throws IOException {
    for (MarkWrites.Write write : verdict.writes()) {
      write.mark().store(paths.get(write.number()));
    }
    for (int i = 0; i < verdict.marks().size(); i++) {
      if (found.get(i).mark() == null) {
        LOG.info(
            "{} is a data directory of this tablet now, {}",
            paths.get(i),
            verdict.marks().get(i).self());
      }
    }
    for (String path : verdict.givenUp()) {
      LOG.warn(
          "data directory {} is not in the list and not there any more: its replicas are given up,"
              + " and made anew where others have their records",
          path);
    }
  }

  /** In the order of the settings. */
  public List<Place> places() {
    return List.copyOf(places);
  }

  /** Lets other processes have the directories. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    ArrayDeque<Place> open = new ArrayDeque<>(places);
    while (!open.isEmpty()) {
      try {
        open.removeLast().directory().close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
