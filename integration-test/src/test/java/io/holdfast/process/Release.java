package io.holdfast.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The distribution, copied to where its scripts may write, and the processes that they leave. */
final class Release {
  private static final Path DISTRIBUTION = Path.of(System.getProperty("holdfast.distribution"));

  private final Path home;

  /** What a script printed, both streams together, and its exit status. */
  record Answer(int status, String text) {}

  private Release(Path home) {
    this.home = home;
  }

  static Release copiedTo(Path home) throws IOException {
    return made(home, false);
  }

  /** The same in less time: the libraries, which nothing writes to, are not copied. */
  static Release linkedTo(Path home) throws IOException {
    return made(home, true);
  }

  private static Release made(Path home, boolean linksLibraries) throws IOException {
    try (Stream<Path> files = Files.walk(DISTRIBUTION)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = home.resolve(DISTRIBUTION.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else if (linksLibraries && file.toString().endsWith(".jar")) {
          link(copy, file);
        } else if (!file.toString().endsWith(".jsa")) {
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    return new Release(home.toRealPath());
  }

  private static void link(Path link, Path file) throws IOException {
    try {
      Files.createLink(link, file);
    } catch (IOException | UnsupportedOperationException e) {
      // On another file system.
      Files.copy(file, link, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  Path file(String name) {
    return home.resolve(name);
  }

  void write(String name, String... lines) throws IOException {
    Files.writeString(file(name), String.join("\n", lines) + "\n");
  }

  /** A script or command, such as {@code sbin/start-all.sh}. */
  ProcessBuilder command(String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    command.set(0, file(words[0]).toString());
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    // Many small processes, for a short time, whose archives nobody would use.
    builder.environment().put("HOLDFAST_CDS", "off");
    builder.environment().put("HOLDFAST_HEAP", "128m");
    builder.environment().put("HOLDFAST_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    return builder;
  }

  /** Runs one to its end. What it leaves in the background must not keep what it prints open. */
  Answer run(String... words) throws IOException, InterruptedException {
    Process process = command(words).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(150, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(words[0] + " does not end: " + text);
    }
    return new Answer(process.exitValue(), text);
  }

  /** The pid in a file; 0 while there is none. */
  long pid(String file) {
    try {
      String text = Files.readString(file(file)).strip();
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Command lines of all processes that run from here, by what the system says, not a pid file. */
  List<String> processes() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches("\\d+"))
          .map(Release::commandLine)
          .filter(line -> line.contains(home.toString()))
          .toList();
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException | UncheckedIOException e) {
      // It has ended meanwhile.
      return "";
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
