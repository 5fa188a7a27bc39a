package io.holdfast.tablet.snapshot;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.SnapshotManifest.Part;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The file {@code MANIFEST} of a snapshot's directory, as {@code docs/formats/snapshot.md}
 * describes it. Stateless.
 */
final class Manifests {
  static final String FILE = "MANIFEST";

  private static final Pattern FILE_NAME =
      Pattern.compile("db/([0-9]{1,18}\\.sst|MANIFEST-[0-9]{1,18}|CURRENT)");

  private static final byte[] MAGIC = "HFSNPMAN".getBytes(StandardCharsets.US_ASCII);

  /** Of one part. */
  private static final int VERSION = 1;

  /** Of several, whose number takes two bytes. */
  private static final int VERSION_OF_FILES = 2;

  private static final int FIXED_BYTES = 33;

  /** Files of up to 64 MiB each, mostly: a terabyte. */
  static final int MAX_PARTS = 16_384;

  private static final int MAX_NAME_BYTES = 255;
  private static final int MAX_BYTES = FIXED_BYTES + 1 + MAX_PARTS * (1 + MAX_NAME_BYTES + 12);

  private Manifests() {}

  /**
   * The part that every snapshot has; the only one unless it is made of an engine's files. Names of
   * parts may have come over the network: none is used as a path before this has looked at it.
   */
  static Part statePart(SnapshotManifest manifest) throws SnapshotException {
    List<Part> parts = manifest.parts();
    Set<String> names = new HashSet<>();
    boolean known = !parts.isEmpty() && parts.get(0).name().equals(SnapshotFormat.STATE_FILE);
    for (int i = 1; i < parts.size(); i++) {
      String name = parts.get(i).name();
      boolean fits = i == 1 ? name.equals(PieceSums.FILE) : FILE_NAME.matcher(name).matches();
      known &= fits && names.add(name) && parts.get(i).bytes() >= 0;
    }
    if (!known || parts.size() == 2 || parts.size() > MAX_PARTS) {
      throw new SnapshotException(
          "snapshot has other parts than \""
              + SnapshotFormat.STATE_FILE
              + "\" and the files of an engine; a newer version must have made it");
    }
    return parts.get(0);
  }

  /** Whether a snapshot is made of an engine's files, and not of rows. */
  static boolean isOfFiles(SnapshotManifest manifest) {
    return manifest.parts().size() > 1;
  }

  /** Writes the file into a directory, durably. */
  static void store(Path directory, SnapshotManifest manifest) throws IOException {
    DurableFiles.replaceAtomically(directory.resolve(FILE), encode(manifest));
  }

  /**
   * Reads the file of a directory.
   *
   * @throws SnapshotException when it is missing or damaged
   */
  static SnapshotManifest load(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new SnapshotException("manifest of the snapshot is too long");
      }
      return decode(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new SnapshotException("snapshot has no manifest");
    }
  }

  static byte[] encode(SnapshotManifest manifest) {
    boolean isOfFiles = isOfFiles(manifest);
    int most = FIXED_BYTES + 1 + manifest.parts().size() * (1 + MAX_NAME_BYTES + 12);
    ByteBuffer out = ByteBuffer.allocate(most);
    out.put(MAGIC).putInt(isOfFiles ? VERSION_OF_FILES : VERSION);
    out.putLong(manifest.term()).putLong(manifest.offset());
    if (isOfFiles) {
      out.putShort((short) manifest.parts().size());
    } else {
      out.put((byte) manifest.parts().size());
    }
    for (Part part : manifest.parts()) {
      byte[] name = part.name().getBytes(StandardCharsets.UTF_8);
      out.put((byte) name.length).put(name).putLong(part.bytes()).putInt(part.crc32c());
    }
    out.putInt(SnapshotFormat.crc(out.duplicate().flip()));
    return Arrays.copyOf(out.array(), out.position());
  }

  static SnapshotManifest decode(byte[] bytes) throws SnapshotException {
    if (bytes.length < FIXED_BYTES || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))) {
      throw new SnapshotException("file is not a snapshot's manifest");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, bytes.length - 4);
    if (ByteBuffer.wrap(bytes).getInt(bytes.length - 4) != SnapshotFormat.crc(in)) {
      throw new SnapshotException("checksum of the snapshot's manifest does not match");
    }
    int version = in.getInt(MAGIC.length);
    if (version != VERSION && version != VERSION_OF_FILES) {
      throw new SnapshotException(
          "snapshot's manifest has format version "
              + version
              + ", not "
              + VERSION
              + " or "
              + VERSION_OF_FILES);
    }
    in.position(MAGIC.length + 4);
    try {
      long term = in.getLong();
      long offset = in.getLong();
      List<Part> parts = new ArrayList<>();
      int count = version == VERSION ? in.get() : in.getShort() & 0xffff;
      for (int left = count; left > 0; left--) {
        byte[] name = new byte[in.get() & 0xff];
        in.get(name);
        parts.add(new Part(new String(name, StandardCharsets.UTF_8), in.getLong(), in.getInt()));
      }
      if (in.hasRemaining()) {
        throw new SnapshotException("snapshot's manifest has more than it should");
      }
      return new SnapshotManifest(term, offset, parts);
    } catch (BufferUnderflowException e) {
      throw new SnapshotException("snapshot's manifest is cut");
    }
  }
}
