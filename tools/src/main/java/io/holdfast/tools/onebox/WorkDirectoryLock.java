package io.holdfast.tools.onebox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps two runs out of one work directory. Without it the second would take the first one's living
 * processes for leftovers. The system drops the lock when the holder dies, however it dies.
 */
final class WorkDirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private WorkDirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  static WorkDirectoryLock take(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!tryLock(channel)) {
      channel.close();
      throw new IOException(
          "another run is using " + directory + "; stop it, or choose another work directory");
    }
    return new WorkDirectoryLock(channel);
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
