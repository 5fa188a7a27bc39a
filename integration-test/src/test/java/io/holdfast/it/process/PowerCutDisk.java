package io.holdfast.it.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * An ext4 file system of its own in a file, whose power can be cut: what was not synced is gone
 * then, as it is when a machine stops. Needs root, a loop device and Python, which has the system
 * call that Java has not.
 */
final class PowerCutDisk implements AutoCloseable {
  /** Much more than is written; the file is sparse. */
  private static final String IMAGE_SIZE = "4G";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** EXT4_IOC_SHUTDOWN without a flush of the file system's journal. */
  private static final String CUT =
      """
      import fcntl, os, struct, sys
      directory = os.open(sys.argv[1], os.O_RDONLY)
      fcntl.ioctl(directory, 0x8004587D, struct.pack("I", 2))
      os.close(directory)
      """;

  private final Path image;
  private final Path mount;
  private boolean mounted;

  private PowerCutDisk(Path image, Path mount) {
    this.image = image;
    this.mount = mount;
  }

  /**
   * Makes one.
   *
   * @throws IOException when this machine cannot; the message says why
   */
  static PowerCutDisk make(Path directory) throws IOException {
    PowerCutDisk disk = new PowerCutDisk(directory.resolve("disk.img"), directory.resolve("mount"));
    Files.createDirectories(disk.mount);
    run("truncate", "-s", IMAGE_SIZE, disk.image.toString());
    run("mkfs.ext4", "-q", "-F", disk.image.toString());
    disk.mount();
    return disk;
  }

  /** Where its files are. */
  Path root() {
    return mount;
  }

  private void mount() throws IOException {
    run("mount", "-o", "loop", image.toString(), mount.toString());
    mounted = true;
  }

  /** From now on every access fails, and what was not synced will not be there again. */
  void cut() throws IOException {
    run("python3", "-c", CUT, mount.toString());
  }

  /** The power is back. Nobody may have a file open. */
  void restore() throws IOException {
    unmount();
    mount();
  }

  private void unmount() {
    // The kernel lets go of a dead process's files a moment after its parent hears of its death.
    Awaitility.await("the file system to be left by all")
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(
            () -> {
              try {
                run("umount", mount.toString());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return true;
            });
    mounted = false;
  }

  @Override
  public void close() {
    if (mounted) {
      unmount();
    }
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(List.of(command) + " failed: " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
