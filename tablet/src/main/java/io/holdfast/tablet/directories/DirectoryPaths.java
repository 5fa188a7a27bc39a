package io.holdfast.tablet.directories;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Finds data directories that are one, or one inside another, whatever they are called. */
final class DirectoryPaths {
  private DirectoryPaths() {}

  /**
   * Checks that each is a place of its own.
   *
   * @return their absolute paths, as they are called and not as links lead
   * @throws DirectoryException naming two that are not
   */
  static List<Path> distinct(List<String> listed) throws IOException {
    List<Path> paths = listed.stream().map(DirectoryPaths::absolute).toList();
    List<Path> real = new ArrayList<>();
    List<Object> keys = new ArrayList<>();
    for (Path path : paths) {
      if (Files.exists(path) && !Files.isDirectory(path)) {
        throw new DirectoryException("data directory " + path + " is a file");
      }
      real.add(real(path));
      keys.add(
          Files.exists(path)
              ? Files.readAttributes(path, BasicFileAttributes.class).fileKey()
              : null);
    }
    for (int i = 0; i < paths.size(); i++) {
      for (int j = 0; j < i; j++) {
        boolean isSame = keys.get(i) != null && keys.get(i).equals(keys.get(j));
        if (isSame || real.get(i).equals(real.get(j))) {
          throw new DirectoryException(
              "data directories "
                  + paths.get(j)
                  + " and "
                  + paths.get(i)
                  + " are the same directory. List it once, in one of db_root_path, ssd_root_path"
                  + " and hdd_root_path");
        }
        if (real.get(i).startsWith(real.get(j)) || real.get(j).startsWith(real.get(i))) {
          throw new DirectoryException(
              "of data directories "
                  + paths.get(j)
                  + " and "
                  + paths.get(i)
                  + " one is inside the other. Put them side by side");
        }
      }
    }
    return paths;
  }

  static Path absolute(String path) {
    return Path.of(path).toAbsolutePath().normalize();
  }

  /** Where links lead, as far as there is something. */
  private static Path real(Path path) throws IOException {
    if (Files.exists(path)) {
      return path.toRealPath();
    }
    Path parent = path.getParent();
    return parent == null ? path : real(parent).resolve(path.getFileName());
  }
}
