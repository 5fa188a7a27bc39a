package io.holdfast.shell.flags;

import io.holdfast.client.ReadOptions;
import io.holdfast.shell.sql.SqlFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads the command line of the shells. */
public final class FlagParser {
  /** Flags of the original that mean nothing here; start scripts and flag files carry them. */
  private static final List<String> IGNORED =
      List.of("user", "password", "log_level", "openmldb_log_dir", "glog_dir", "glog_level");

  private final Map<String, String> environment;
  private final Map<String, OptionSpec> options = new LinkedHashMap<>();

  /**
   * @param environment the process's environment; flags win over it
   */
  public FlagParser(Map<String, String> environment) {
    this.environment = environment;
    text("role", "ns_client", "which shell: ns_client, client (tablet) or sql_client");
    text("zk_cluster", env("OPENMLDB_ZK_CLUSTER", ""), "ZooKeeper servers, h:p,h:p");
    text("zk_root_path", env("OPENMLDB_ZK_ROOT_PATH", "/openmldb"), "the cluster's path there");
    number("zk_session_timeout", 2_000, "milliseconds to wait for ZooKeeper");
    text("zk_auth_schema", "digest", "ZooKeeper authentication scheme");
    text("zk_cert", "", "ZooKeeper authentication text, user:password");
    text("endpoint", "", "address of a nameserver or tablet, instead of ZooKeeper");
    flag("interactive", true, "ask before dropping, and read commands when --cmd is empty");
    text("cmd", "", "one command to run");
    text("file", "", "sql_client: statements to run, - for standard input");
    text("format", "table", "sql_client: results as table, json or csv");
    text("database", "", "database to use");
    number("request_timeout_ms", 20_000, "how long a command may wait for the servers");
    text("layout", env("OPENMLDB_LAYOUT", "O"), "columns of tables: O or 0.9");
    options.put(
        "output",
        OptionSpec.builder("-o", "--output")
            .type(String.class)
            .defaultValue("table")
            .description("table or json")
            .build());
    text(
        "read",
        "",
        "who answers reads: leader, quorum, session or stale; empty: as the table says");
    flag("yes", false, "answer yes to every question");
    number("max_col_display_length", 256, "longer cells are cut");
    number("preview_default_limit", 100, "rows of preview");
    number("preview_limit_max_num", 1_000, "most rows of preview");
    number("skiplist_max_height", 12, "bound of key_entry_max_height");
    for (String name : IGNORED) {
      options.put(name, OptionSpec.builder("--" + name).type(String.class).hidden(true).build());
    }
    flag("help", false, "print this");
    flag("version", false, "print the version");
  }

  /**
   * @throws UsageException with a text for the user
   */
  public ShellFlags parse(List<String> arguments) throws UsageException {
    List<String> canonical = new FlagSpelling(switches()).rewrite(arguments);
    CommandSpec spec = CommandSpec.create().name("openmldb");
    options.values().forEach(spec::addOption);
    CommandLine line =
        new CommandLine(spec)
            // A flag file may set what the command line sets again.
            .setOverwrittenOptionsAllowed(true)
            .setTrimQuotes(false)
            .setExpandAtFiles(false);
    try {
      return flags(line.parseArgs(canonical.toArray(new String[0])));
    } catch (UnmatchedArgumentException e) {
      throw new UsageException(unknown(e.getUnmatched().get(0)));
    } catch (ParameterException e) {
      throw new UsageException(e.getMessage());
    }
  }

  /** What {@code --help} prints of the flags, a line for each. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    for (OptionSpec option : options.values()) {
      if (!option.hidden()) {
        String names = String.join(", ", option.names());
        String preset = option.defaultValue();
        lines.add(
            String.format(Locale.ROOT, "  %-26s %s", names, option.description()[0])
                + (preset == null || preset.isEmpty() ? "" : " (" + preset + ")"));
      }
    }
    return lines;
  }

  private ShellFlags flags(ParseResult parsed) throws UsageException {
    return new ShellFlags(
        value(parsed, "role"),
        value(parsed, "zk_cluster"),
        value(parsed, "zk_root_path"),
        positive(parsed, "zk_session_timeout"),
        value(parsed, "zk_auth_schema"),
        value(parsed, "zk_cert"),
        value(parsed, "endpoint"),
        isSet(parsed, "interactive"),
        value(parsed, "cmd"),
        value(parsed, "file"),
        format(value(parsed, "format"), json(value(parsed, "output"))),
        value(parsed, "database"),
        positive(parsed, "request_timeout_ms"),
        layout(value(parsed, "layout")),
        json(value(parsed, "output")),
        reads(value(parsed, "read")),
        isSet(parsed, "yes"),
        positive(parsed, "max_col_display_length"),
        positive(parsed, "preview_default_limit"),
        positive(parsed, "preview_limit_max_num"),
        positive(parsed, "skiplist_max_height"),
        isSet(parsed, "help"),
        isSet(parsed, "version"));
  }

  private String unknown(String argument) {
    if (!argument.startsWith("-")) {
      return "unexpected word '" + argument + "': a command goes into --cmd=\"...\"";
    }
    String name = argument.replaceFirst("^-+", "").replaceFirst("=.*$", "");
    Set<String> known = new TreeSet<>(options.keySet());
    known.removeAll(IGNORED);
    return "unknown command line flag '"
        + name
        + "'"
        + Nearest.to(name, known).map(near -> ", did you mean --" + near + "?").orElse("");
  }

  private Set<String> switches() {
    Set<String> names = new TreeSet<>();
    options.forEach(
        (name, option) -> {
          if (option.type() == Boolean.class) {
            names.add(name);
          }
        });
    return names;
  }

  private void text(String name, String preset, String description) {
    add(name, String.class, preset, description);
  }

  private void number(String name, int preset, String description) {
    add(name, Integer.class, Integer.toString(preset), description);
  }

  private void flag(String name, boolean preset, String description) {
    add(name, Boolean.class, Boolean.toString(preset), description);
  }

  private void add(String name, Class<?> type, String preset, String description) {
    options.put(
        name,
        OptionSpec.builder("--" + name)
            .type(type)
            .arity("1")
            .defaultValue(preset)
            .description(description)
            .build());
  }

  private String env(String name, String preset) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? preset : value;
  }

  private String value(ParseResult parsed, String name) {
    return parsed.matchedOptionValue("--" + name, options.get(name).defaultValue());
  }

  private boolean isSet(ParseResult parsed, String name) {
    return parsed.matchedOptionValue(
        "--" + name, Boolean.valueOf(options.get(name).defaultValue()));
  }

  private int positive(ParseResult parsed, String name) throws UsageException {
    int value =
        parsed.matchedOptionValue("--" + name, Integer.valueOf(options.get(name).defaultValue()));
    if (value < 1) {
      throw new UsageException("--" + name + " must be 1 or more, not " + value);
    }
    return value;
  }

  private static Layout layout(String text) throws UsageException {
    return switch (text) {
      case "O", "o" -> Layout.HANDBOOK;
      case "0.9" -> Layout.V0_9;
      default -> throw new UsageException("--layout must be O or 0.9, not " + text);
    };
  }

  private static SqlFormat format(String text, boolean json) throws UsageException {
    return switch (text) {
      case "table" -> json ? SqlFormat.JSON : SqlFormat.TABLE;
      case "json" -> SqlFormat.JSON;
      case "csv" -> SqlFormat.CSV;
      default -> throw new UsageException("--format must be table, json or csv, not " + text);
    };
  }

  private static ReadOptions reads(String text) throws UsageException {
    return switch (text) {
      case "" -> ReadOptions.DEFAULT;
      case "leader" -> ReadOptions.leader();
      case "quorum" -> ReadOptions.quorum();
      case "session" -> ReadOptions.session();
      case "stale" -> ReadOptions.any();
      default ->
          throw new UsageException("--read must be leader, quorum, session or stale, not " + text);
    };
  }

  private static boolean json(String text) throws UsageException {
    List<String> known = Arrays.asList("table", "json");
    if (!known.contains(text)) {
      throw new UsageException("--output must be table or json, not " + text);
    }
    return text.equals("json");
  }
}
