package io.holdfast.common.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The settings a server runs with: its configuration object, and the list of them for people.
 *
 * <p>Values come, later ones winning, from the defaults in the configuration class, from a {@code
 * .properties} file and from the command line.
 *
 * @param <C> the server's configuration class
 */
public final class Settings<C> {
  /** Names the directory with the configuration files; the launcher sets it. */
  public static final String CONF_DIR_PROPERTY = "holdfast.conf_dir";

  /** The launcher's own flag. A server that is started without the launcher may see it, too. */
  private static final String ROLE = "role";

  private final C config;
  private final List<Setting> all;
  private final List<String> words;
  private final List<String> notes;
  private final boolean isHelpWanted;

  private Settings(
      C config, List<Setting> all, List<String> words, List<String> notes, boolean isHelpWanted) {
    this.config = config;
    this.all = List.copyOf(all);
    this.words = List.copyOf(words);
    this.notes = List.copyOf(notes);
    this.isHelpWanted = isHelpWanted;
  }

  /**
   * Loads a server's settings from {@code <role>.properties} in the directory that {@value
   * #CONF_DIR_PROPERTY} names, if there is such a file, and from the command line.
   *
   * @param role also the name of the file
   * @param args the command line
   * @param declaration the configuration class's constructor
   * @throws ConfigException if any setting is unknown, malformed or missing
   */
  public static <C> Settings<C> ofServer(
      String role, String[] args, Function<SettingsReader, C> declaration) {
    String directory = System.getProperty(CONF_DIR_PROPERTY);
    Path file = directory == null ? null : Path.of(directory, role + ".properties");
    return load(file != null && Files.exists(file) ? file : null, List.of(args), declaration);
  }

  /**
   * Loads settings.
   *
   * @param file a {@code .properties} file; null for none
   * @param args the command line
   * @param declaration the configuration class's constructor. It is called twice: the first time to
   *     learn names and kinds, without which {@code --name value} cannot be read
   * @throws ConfigException if any setting is unknown, malformed or missing
   */
  public static <C> Settings<C> load(
      Path file, List<String> args, Function<SettingsReader, C> declaration) {
    SettingsReader names = new SettingsReader(Map.of());
    C unused = declaration.apply(names);

    List<String> problems = new ArrayList<>();
    Map<String, String> given = new LinkedHashMap<>();
    if (file != null) {
      readFile(file, given, problems);
    }
    FlagParser flags = new FlagParser(names.declared(), problems);
    flags.parse(args);
    given.putAll(flags.values());
    given.remove(ROLE);

    List<String> notes = dropAccepted(given, names.accepted());
    for (String name : given.keySet()) {
      if (!names.declared().containsKey(name)) {
        problems.add(unknown(name, names.declared().keySet()));
      }
    }
    SettingsReader reader = new SettingsReader(given);
    C config = declaration.apply(reader);
    if (flags.isHelpWanted()) {
      // Whoever asks for help may well have a broken file; the answer is the help.
      problems.clear();
    } else {
      problems.addAll(reader.problems());
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new Settings<>(
        config,
        List.copyOf(reader.declared().values()),
        flags.words(),
        notes,
        flags.isHelpWanted());
  }

  /** The server's own view of its settings. */
  public C config() {
    return config;
  }

  /** Every declared setting, in the order of declaration. */
  public List<Setting> all() {
    return all;
  }

  /** Words of the command line that belong to no flag. */
  public List<String> words() {
    return words;
  }

  /** What an operator should hear about, though it does not stop the start. */
  public List<String> notes() {
    return notes;
  }

  /** Whether {@code --help} was given: print {@link #help} and leave. */
  public boolean isHelpWanted() {
    return isHelpWanted;
  }

  /** All settings with their values, one a line, for the log at start. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    for (Setting setting : all) {
      text.append(setting.name())
          .append(" = ")
          .append(setting.value() == null ? "" : setting.unit().behind(setting.value()));
      if (setting.isChanged() && setting.defaultValue() != null) {
        text.append("  (default ").append(setting.defaultValue()).append(')');
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** All settings with their meaning, default and allowed values, for {@code --help}. */
  public String help() {
    StringBuilder text = new StringBuilder();
    for (Setting setting : all) {
      text.append("  --").append(setting.name()).append("\n      ").append(setting.description());
      text.append("\n      ").append(bounds(setting)).append('\n');
    }
    return text.toString();
  }

  /**
   * The text of a configuration file in which every setting stands as a comment with its default.
   * The files in {@code conf/} are compared with it, so that they cannot drift from the code.
   */
  public static String fileTemplate(Collection<Setting> settings) {
    StringBuilder text = new StringBuilder();
    for (Setting setting : settings) {
      text.append("\n# ").append(setting.description()).append("\n# ").append(bounds(setting));
      String value = setting.defaultValue() == null ? "" : setting.defaultValue();
      text.append("\n#").append(setting.name()).append('=').append(value).append('\n');
    }
    return text.toString();
  }

  private static String bounds(Setting setting) {
    String preset =
        setting.defaultValue() == null
            ? "Must be set."
            : "Default: "
                + (setting.defaultValue().isEmpty()
                    ? "empty"
                    : setting.unit().behind(setting.defaultValue()))
                + ".";
    return preset + " Allowed: " + setting.allowed() + ".";
  }

  private static void readFile(Path file, Map<String, String> given, List<String> problems) {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException e) {
      problems.add("settings file " + file + " cannot be read: " + e.getMessage());
    }
    // Sorted, so that several mistakes are reported in the same order every time.
    Map<String, String> sorted = new TreeMap<>();
    properties.stringPropertyNames().forEach(n -> sorted.put(n, properties.getProperty(n).strip()));
    given.putAll(sorted);
  }

  private static List<String> dropAccepted(
      Map<String, String> given, Map<String, String> accepted) {
    List<String> notes = new ArrayList<>();
    accepted.forEach(
        (name, reason) -> {
          if (given.remove(name) != null) {
            notes.add(name + " has no effect: " + reason);
          }
        });
    return notes;
  }

  private static String unknown(String name, Collection<String> known) {
    String hint =
        NearestName.of(name, known).map(near -> "; did you mean \"" + near + "\"?").orElse("");
    return "unknown setting \"" + name + "\"" + hint;
  }
}
