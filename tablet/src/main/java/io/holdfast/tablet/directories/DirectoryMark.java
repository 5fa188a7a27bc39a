package io.holdfast.tablet.directories;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The file {@code directories} of a data directory: which one of its tablet's it is, and which
 * there are besides. See {@code docs/formats/directories.md}. Immutable.
 *
 * @param tablet drawn when the tablet first had several; what they have in common
 * @param self this directory
 * @param revision of the list; the highest one of all directories counts
 * @param paths where each directory was, this one included, when the list was made
 */
public record DirectoryMark(UUID tablet, UUID self, long revision, Map<UUID, String> paths) {
  /** The file's name. */
  public static final String FILE = "directories";

  private static final long JOINING = 1;
  private static final String MAGIC = "HOLDFAST DIRECTORIES 1";
  private static final int MAX_BYTES = 1 << 20;

  /** Checks that the list is one. */
  public DirectoryMark {
    if (revision < JOINING || !paths.containsKey(self)) {
      throw new IllegalArgumentException(self + " is not in " + paths + " of " + revision);
    }
    paths = Map.copyOf(paths);
  }

  /** For a directory that is joining: it knows which one it is, and of no other. */
  DirectoryMark alone() {
    return new DirectoryMark(tablet, self, JOINING, Map.of(self, paths.get(self)));
  }

  /** Whether the directory has not learnt yet with which others it is. */
  boolean isAlone() {
    return revision == JOINING;
  }

  /**
   * Reads the mark of a directory.
   *
   * @return empty when it has none: it was never one of several
   * @throws IOException when it is damaged or cannot be read
   */
  public static Optional<DirectoryMark> load(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IllegalArgumentException("it is too long");
      }
      return Optional.of(decode(Files.readString(file)));
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw new IOException(
          file
              + " is damaged ("
              + e.getMessage()
              + "): it cannot be told which data directory of which tablet this is. If its disk"
              + " is not to be relied on, move the directory away and take it off the list",
          e);
    }
  }

  /** Gives a directory its mark, durably. */
  void store(Path directory) throws IOException {
    DurableFiles.replaceAtomically(
        directory.resolve(FILE), encode().getBytes(StandardCharsets.UTF_8));
  }

  String encode() {
    StringBuilder text = new StringBuilder(MAGIC).append('\n');
    text.append("tablet ").append(tablet).append('\n');
    text.append("self ").append(self).append('\n');
    text.append("revision ").append(revision).append('\n');
    new TreeMap<>(paths)
        .forEach(
            (id, path) ->
                text.append("directory ").append(id).append(' ').append(path).append('\n'));
    String body = text.toString();
    return body + lastLine(body);
  }

  static DirectoryMark decode(String text) {
    int last = text.lastIndexOf("crc32c ");
    if (last < 0 || !text.equals(text.substring(0, last) + lastLine(text.substring(0, last)))) {
      throw new IllegalArgumentException("its checksum does not match");
    }
    List<String> lines = new ArrayList<>(text.substring(0, last).lines().toList());
    if (lines.size() < 5 || !lines.get(0).equals(MAGIC)) {
      throw new IllegalArgumentException("it is of another format");
    }
    Map<UUID, String> paths = new TreeMap<>();
    for (String line : lines.subList(4, lines.size())) {
      String[] parts = rest(line, "directory ").split(" ", 2);
      if (parts.length < 2) {
        throw new IllegalArgumentException("a directory has no path");
      }
      paths.put(UUID.fromString(parts[0]), parts[1]);
    }
    return new DirectoryMark(
        UUID.fromString(rest(lines.get(1), "tablet ")),
        UUID.fromString(rest(lines.get(2), "self ")),
        Long.parseLong(rest(lines.get(3), "revision ")),
        paths);
  }

  private static String rest(String line, String word) {
    if (!line.startsWith(word)) {
      throw new IllegalArgumentException("a line does not begin with " + word.strip());
    }
    return line.substring(word.length());
  }

  private static String lastLine(String body) {
    return "crc32c " + sum(body) + "\n";
  }

  private static String sum(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }
}
