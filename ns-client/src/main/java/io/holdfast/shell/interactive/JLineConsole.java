package io.holdfast.shell.interactive;

import io.holdfast.shell.Completions;
import io.holdfast.shell.LineSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Lines that a person edits: history, Tab, Ctrl-C clears the line, Ctrl-D leaves. */
final class JLineConsole implements LineSource {
  private final Terminal terminal;
  private final LineReader reader;

  private JLineConsole(Terminal terminal, LineReader reader) {
    this.terminal = terminal;
    this.reader = reader;
  }

  static JLineConsole open(Optional<Path> history, Completions completions) {
    Terminal terminal;
    try {
      terminal = TerminalBuilder.builder().system(true).dumb(true).build();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the terminal", e);
    }
    // Words are separated by spaces and nothing is quoted, here as in the commands.
    DefaultParser parser = new DefaultParser();
    parser.setQuoteChars(new char[0]);
    parser.setEscapeChars(new char[0]);
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("holdfast")
            .parser(parser)
            .completer(
                (reader, line, candidates) ->
                    completions
                        .after(line.words().subList(0, line.wordIndex()))
                        .forEach(word -> candidates.add(new Candidate(word))))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
    history.ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
    return new JLineConsole(terminal, builder.build());
  }

  @Override
  public String read(String prompt) {
    try {
      return reader.readLine(prompt);
    } catch (UserInterruptException cleared) {
      return "";
    } catch (EndOfFileException end) {
      return null;
    }
  }

  @Override
  public boolean ask(String question) {
    // A yes in the history is one press of the up key away from being run as a command.
    reader.setVariable(LineReader.DISABLE_HISTORY, true);
    try {
      return LineSource.super.ask(question);
    } finally {
      reader.setVariable(LineReader.DISABLE_HISTORY, false);
    }
  }

  @Override
  public boolean typed() {
    return true;
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the terminal", e);
    }
  }
}
