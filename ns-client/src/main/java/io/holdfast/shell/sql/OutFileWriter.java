package io.holdfast.shell.sql;

import io.holdfast.sql.ast.Statement.OutFile;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/** SELECT INTO OUTFILE: writes an answer to a CSV file on this machine. */
final class OutFileWriter {
  private static final Set<String> KNOWN =
      Set.of("format", "delimiter", "header", "null_value", "mode", "quote");

  private OutFileWriter() {}

  /**
   * Checks what can be checked before the statement is executed.
   *
   * @throws SQLException when an option is not known
   */
  static void check(OutFile file) throws SQLException {
    for (String option : file.options().keySet()) {
      if (!KNOWN.contains(option)) {
        throw failed("INTO OUTFILE has the options " + KNOWN + ", not " + option);
      }
    }
    if (!file.options().getOrDefault("format", "csv").equalsIgnoreCase("csv")) {
      throw failed("INTO OUTFILE writes format='csv' only");
    }
    if (file.options().getOrDefault("quote", "").length() > 1) {
      throw failed("quote is one character, or empty for none");
    }
    mode(file);
  }

  static void write(OutFile file, SqlAnswer answer) throws SQLException {
    Map<String, String> options = file.options();
    String delimiter = options.getOrDefault("delimiter", ",");
    String quote = options.getOrDefault("quote", "");
    String nullValue = options.getOrDefault("null_value", "null");
    boolean hasHeader = Boolean.parseBoolean(options.getOrDefault("header", "true"));
    try (Writer out =
        Files.newBufferedWriter(
            Path.of(file.path().replaceFirst("^file://", "")),
            StandardCharsets.UTF_8,
            mode(file).toArray(new OpenOption[0]))) {
      if (hasHeader) {
        out.write(SqlPrinter.csvLine(new ArrayList<>(answer.names()), delimiter) + "\n");
      }
      for (List<Object> row : answer.rows()) {
        out.write(line(row, delimiter, quote, nullValue) + "\n");
      }
    } catch (FileAlreadyExistsException e) {
      throw failed(
          "the file " + file.path() + " exists; OPTIONS (mode='overwrite') or 'append' writes it");
    } catch (IOException | InvalidPathException e) {
      throw failed("cannot write " + file.path() + ": " + e.getMessage());
    }
  }

  /** A text that would be taken for NULL stands in quotes; with a quote of its own all do. */
  private static String line(List<Object> row, String delimiter, String quote, String nullValue) {
    StringJoiner line = new StringJoiner(delimiter);
    for (Object value : row) {
      String text = String.valueOf(value);
      if (value == null) {
        line.add(nullValue);
      } else if (!quote.isEmpty()) {
        line.add(quote + text.replace(quote, quote + quote) + quote);
      } else if (text.equals(nullValue)) {
        line.add('"' + text.replace("\"", "\"\"") + '"');
      } else {
        line.add(SqlPrinter.csvLine(List.of(text), delimiter));
      }
    }
    return line.toString();
  }

  private static List<OpenOption> mode(OutFile file) throws SQLException {
    String mode = file.options().getOrDefault("mode", "error_if_exists");
    return switch (mode.toLowerCase(Locale.ROOT)) {
      case "error_if_exists" -> List.of(StandardOpenOption.CREATE_NEW);
      case "overwrite" ->
          List.of(
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      case "append" -> List.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      default -> throw failed("mode is error_if_exists, overwrite or append, not " + mode);
    };
  }

  private static SQLException failed(String message) {
    return new SQLNonTransientException(message);
  }
}
