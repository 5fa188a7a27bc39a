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

/** SELECT INTO OUTFILE: writes an answer to a CSV file on this machine. */
final class OutFileWriter {
  private static final Set<String> KNOWN =
      Set.of("format", "delimiter", "header", "null_value", "mode");

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
    mode(file);
  }

  static void write(OutFile file, SqlAnswer answer) throws SQLException {
    Map<String, String> options = file.options();
    String delimiter = options.getOrDefault("delimiter", ",");
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
        List<Object> shown = new ArrayList<>(row);
        shown.replaceAll(value -> value == null ? nullValue : value);
        out.write(SqlPrinter.csvLine(shown, delimiter) + "\n");
      }
    } catch (FileAlreadyExistsException e) {
      throw failed(
          "the file " + file.path() + " exists; OPTIONS (mode='overwrite') or 'append' writes it");
    } catch (IOException | InvalidPathException e) {
      throw failed("cannot write " + file.path() + ": " + e.getMessage());
    }
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
