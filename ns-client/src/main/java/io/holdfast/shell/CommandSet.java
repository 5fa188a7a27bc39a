package io.holdfast.shell;

import io.holdfast.client.HoldfastException;
import io.holdfast.shell.flags.Nearest;
import io.holdfast.shell.output.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The commands of a shell: finds the one that a line names and runs it. Immutable. */
public final class CommandSet<C> {
  /** Knows more than a failure itself about what to do next. */
  @FunctionalInterface
  public interface Advisor<C> {
    /** Advice for whoever typed the words; empty where there is none. */
    String advice(C context, List<String> words, HoldfastException failure);
  }

  private final Map<String, Command<C>> commands = new LinkedHashMap<>();
  private final Advisor<C> advisor;

  public CommandSet(List<Command<C>> list) {
    this(list, (context, words, failure) -> "");
  }

  public CommandSet(List<Command<C>> list, Advisor<C> advisor) {
    this.advisor = advisor;
    list.forEach(command -> commands.put(command.help().name(), command));
  }

  /** The names that can be typed. */
  public Set<String> names() {
    Set<String> names = new java.util.TreeSet<>(commands.keySet());
    names.addAll(List.of("help", "man", "exit", "quit"));
    return names;
  }

  /** What each command says of itself, in the order of the list. */
  public List<CommandHelp> helps() {
    return commands.values().stream().map(Command::help).toList();
  }

  /** A line's words: separated by single spaces, without quoting. */
  public static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    for (String word : line.strip().split(" ", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  /** Runs a line. The context is handed to the command. */
  public Reply run(C context, String line) throws InterruptedException {
    List<String> words = words(line);
    if (words.isEmpty()) {
      return Reply.usage("unsupported cmd");
    }
    String name = words.get(0);
    switch (name) {
      case "exit", "quit":
        return Reply.bye();
      case "help", "man":
        return help(words);
      default:
        break;
    }
    Command<C> command = commands.get(name);
    if (command == null) {
      return Reply.failed(ExitCode.USAGE, "unsupported cmd", suggestion(name));
    }
    try {
      Reply reply = command.run(context, words);
      // A refused form is best answered with the forms that there are.
      return reply.code() == ExitCode.USAGE && reply.hint().isEmpty()
          ? reply.withHint("usage: " + String.join(" | ", command.help().usages()))
          : reply;
    } catch (HoldfastException e) {
      String better = advisor.advice(context, words, e);
      return better.isEmpty()
          ? Failures.reply(command.failurePrefix(), e)
          : Failures.reply(command.failurePrefix(), e, better);
    }
  }

  /** The commands by task, a line for each; what {@code help} prints. */
  public List<String> overview() {
    List<String> lines = new ArrayList<>();
    String group = "";
    for (Command<C> command : commands.values()) {
      CommandHelp help = command.help();
      if (!help.group().equals(group)) {
        group = help.group();
        lines.add(group + ":");
      }
      lines.add(line(help.name(), help.summary()));
    }
    lines.add(CommandHelp.SHELL + ":");
    lines.add(line("help, man", "list the commands, or explain one: help NAME"));
    lines.add(line("exit, quit", "leave the shell"));
    return lines;
  }

  private Reply help(List<String> words) {
    if (words.size() == 1) {
      Map<String, Object> json = new TreeMap<>();
      commands.forEach((name, command) -> json.put(name, command.help().summary()));
      return Reply.result(overview(), json);
    }
    if (words.size() > 2) {
      return Reply.failed(
          ExitCode.USAGE,
          0,
          List.of("help format error!", "usage: help [cmd]", "usage: man [cmd]"),
          "");
    }
    Command<C> command = commands.get(words.get(1));
    if (command == null) {
      return Reply.failed(
          ExitCode.USAGE, "unsupported cmd " + words.get(1), suggestion(words.get(1)));
    }
    CommandHelp help = command.help();
    return Reply.result(
        help.lines(),
        new Fields()
            .put("name", help.name())
            .put("desc", help.summary())
            .put("usage", help.usages())
            .put("example", help.examples())
            .map());
  }

  private String suggestion(String name) {
    return Nearest.to(name, names())
        .map(near -> "did you mean `" + near + "`? `help` lists the commands")
        .orElse("`help` lists the commands");
  }

  private static String line(String name, String summary) {
    return String.format(java.util.Locale.ROOT, "  %-16s %s", name, summary);
  }
}
