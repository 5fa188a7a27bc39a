package io.holdfast.tools.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Holdfast's servers on this machine have used so far: processor time and memory, by {@code
 * /proc}. Empty where there is none, and for servers elsewhere.
 *
 * @param servers by role and endpoint, such as {@code tablet 127.0.0.1:10921}
 */
record ServerUse(Map<String, Use> servers) {
  private static final Path PROC = Path.of("/proc");

  /** What {@code /proc} counts in; 100 a second on every Linux that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  /** Words of a line of {@code stat} behind the name, which may have blanks in it: utime, stime. */
  private static final int UTIME = 11;

  /**
   * What one process has used.
   *
   * @param cpuSeconds processor time since it started
   * @param memoryBytes memory that is resident now
   */
  record Use(double cpuSeconds, long memoryBytes) {}

  /** Looks at every server that can be looked at. */
  static ServerUse now() {
    Map<String, Use> servers = new TreeMap<>();
    ProcessHandle.allProcesses()
        .forEach(
            process -> {
              try {
                String name = name(process.pid());
                if (name != null) {
                  servers.put(name, use(process.pid()));
                }
              } catch (IOException | RuntimeException e) {
                // It has just ended, or belongs to somebody else.
              }
            });
    return new ServerUse(servers);
  }

  private static String name(long pid) throws IOException {
    String[] words = read(pid, "cmdline").split("\0");
    String role = null;
    String endpoint = null;
    for (String word : words) {
      if (word.equals("io.holdfast.tablet.TabletMain")) {
        role = "tablet";
      } else if (word.equals("io.holdfast.nameserver.NameServerMain")) {
        role = "nameserver";
      } else if (word.startsWith("--endpoint=")) {
        endpoint = word.substring("--endpoint=".length());
      }
    }
    return role == null ? null : role + " " + (endpoint == null ? "pid " + pid : endpoint);
  }

  private static Use use(long pid) throws IOException {
    String stat = read(pid, "stat");
    String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    double ticks = Long.parseLong(words[UTIME]) + Long.parseLong(words[UTIME + 1]);
    return new Use(ticks / TICKS_PER_SECOND, residentBytes(pid));
  }

  private static long residentBytes(long pid) throws IOException {
    for (String line : read(pid, "status").split("\n")) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    return 0;
  }

  private static String read(long pid, String file) throws IOException {
    return Files.readString(PROC.resolve(Long.toString(pid)).resolve(file));
  }

  /** Processor time since an earlier look, by server; without those that were started since. */
  Map<String, Double> cpuSecondsSince(ServerUse earlier) {
    Map<String, Double> spent = new TreeMap<>();
    servers.forEach(
        (name, use) -> {
          Use before = earlier.servers.get(name);
          if (before != null && use.cpuSeconds >= before.cpuSeconds) {
            spent.put(name, use.cpuSeconds - before.cpuSeconds);
          }
        });
    return spent;
  }

  /** Memory of all tablets that are there. */
  long tabletBytes() {
    return servers.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("tablet"))
        .mapToLong(entry -> entry.getValue().memoryBytes)
        .sum();
  }
}
