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
import java.util.List;

/**
 * The file {@code MANIFEST} of a snapshot's directory, as {@code docs/formats/snapshot.md}
 * describes it. Stateless.
 */
final class Manifests {
  static final String FILE = "MANIFEST";

  private static final byte[] MAGIC = "HFSNPMAN".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 33;
  private static final int MAX_PARTS = 16;
  private static final int MAX_BYTES = FIXED_BYTES + MAX_PARTS * (1 + 255 + 12);

  private Manifests() {}

  /**
   * The part that this version can read, which must be the only one. The name of a part may have
   * come over the network and is compared, never used as a path.
   */
  static Part statePart(SnapshotManifest manifest) throws SnapshotException {
    if (manifest.parts().size() != 1
        || !manifest.parts().get(0).name().equals(SnapshotFormat.STATE_FILE)) {
      throw new SnapshotException(
          "snapshot has other parts than \""
              + SnapshotFormat.STATE_FILE
              + "\"; a newer version must have made it");
    }
    return manifest.parts().get(0);
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
    ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
    out.put(MAGIC).putInt(VERSION).putLong(manifest.term()).putLong(manifest.offset());
    out.put((byte) manifest.parts().size());
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
    if (version != VERSION) {
      throw new SnapshotException(
          "snapshot's manifest has format version " + version + ", not " + VERSION);
    }
    in.position(MAGIC.length + 4);
    try {
      long term = in.getLong();
      long offset = in.getLong();
      List<Part> parts = new ArrayList<>();
      for (int left = in.get(); left > 0; left--) {
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
