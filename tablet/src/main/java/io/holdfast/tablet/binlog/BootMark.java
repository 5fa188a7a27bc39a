package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The file {@code boot} of a data directory: in which boot of the machine it was used last, and
 * whether it was left clean. From that follows whether logs that are not synced may have lost their
 * ends: a process that dies leaves its writes to the kernel, a machine that stops does not.
 *
 * <p>Two lines: the boot id, and {@code running} or {@code clean}. Single owner.
 */
public final class BootMark {
  private static final Path KERNEL_BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final String RUNNING = "running";
  private static final String CLEAN = "clean";

  private final Path file;
  private final String bootId;
  private final boolean memoryLost;
  private boolean confirmed;

  private BootMark(Path file, String bootId, boolean memoryLost) {
    this.file = file;
    this.bootId = bootId;
    this.memoryLost = memoryLost;
  }

  /** The kernel's number of the present boot; empty where there is none, as if each was another. */
  public static String currentBootId() {
    try {
      return Files.readString(KERNEL_BOOT_ID).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Reads the mark that the last process left, and takes the directory into use. To be called
   * before anything is written to a log.
   */
  public static BootMark open(Path root, String bootId) throws IOException {
    Path file = root.resolve("boot");
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    boolean clean = lines.size() == 2 && lines.get(1).equals(CLEAN);
    boolean sameBoot = lines.size() == 2 && !bootId.isEmpty() && lines.get(0).equals(bootId);
    BootMark mark = new BootMark(file, bootId, !clean && !sameBoot);
    if (!mark.memoryLost) {
      mark.confirm();
    }
    return mark;
  }

  /** Whether writes that were left to the kernel may be lost. */
  public boolean memoryLost() {
    return memoryLost;
  }

  /**
   * Every replica that may have lost something knows it, durably. Until then the old mark stays, so
   * that a next process would find out, too.
   */
  public void confirm() throws IOException {
    write(RUNNING);
    confirmed = true;
  }

  /** Everything that was ever written is on disk, and no more will come. */
  public void leaveClean() throws IOException {
    if (confirmed) {
      write(CLEAN);
    }
  }

  private void write(String state) throws IOException {
    DurableFiles.replaceAtomically(
        file, (bootId + "\n" + state + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
