package io.holdfast.shell;

import java.util.List;

/**
 * Help for a command.
 *
 * @param group the task that it belongs to
 * @param summary what it does, in a few words
 * @param usages its forms
 * @param examples lines that work
 */
public record CommandHelp(
    String group, String name, String summary, List<String> usages, List<String> examples) {
  public static final String DATABASES = "Databases and tables";
  public static final String CLUSTER = "Cluster";
  public static final String DATA = "Data";
  public static final String NOT_SUPPORTED = "Known from OpenMLDB, and refused";
  public static final String SHELL = "Shell";

  /** The same of a command that takes more words. */
  public CommandHelp withForm(String more) {
    List<String> longer = usages.stream().map(usage -> usage + more).toList();
    return new CommandHelp(group, name, summary, longer, examples);
  }

  /** What {@code help NAME} prints. */
  public List<String> lines() {
    java.util.ArrayList<String> lines = new java.util.ArrayList<>();
    lines.add("desc: " + summary);
    usages.forEach(usage -> lines.add("usage: " + usage));
    examples.forEach(example -> lines.add("example: " + example));
    return lines;
  }
}
