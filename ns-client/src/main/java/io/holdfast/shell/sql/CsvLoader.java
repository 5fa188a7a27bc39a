package io.holdfast.shell.sql;

import io.holdfast.sql.ast.Identifiers;
import io.holdfast.sql.ast.Statement.LoadData;
import io.holdfast.sql.ast.TableName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTimeoutException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * LOAD DATA: reads a CSV file of this machine, a bounded piece at a time, and inserts its rows. A
 * line that does not fit the table is refused and the others go on; when the cluster fails, or too
 * many lines are refused, it ends. For one load.
 */
final class CsvLoader {
  private static final int BATCH_ROWS = 1_000;
  private static final int BATCH_CHARACTERS = 4 << 20;
  private static final long MAX_RECORD = 64L << 20;
  private static final int MAX_REFUSED = 100;

  /** Larger than any row that a cluster takes, and small enough for one frame. */
  private static final long MAX_ROW = 8L << 20;

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final Pattern SCHEME = Pattern.compile("([a-z0-9]+)://.*");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");

  private record Column(String name, String type) {}

  /** A row and its line, which is named when it is refused later. */
  private record Line(long number, List<Object> values) {}

  private final LoadData statement;
  private final SqlSession session;
  private final LongConsumer progress;
  private final LoadOptions options;
  private final Map<Long, String> refused = new TreeMap<>();
  private final List<Line> batch = new ArrayList<>();
  private List<Column> columns = List.of();
  private String insert = "";
  private long batchCharacters;
  private long done;

  /**
   * @param progress told how many rows are in, after each piece
   * @throws SQLException when the statement's options are wrong
   */
  CsvLoader(LoadData statement, SqlSession session, LongConsumer progress) throws SQLException {
    this.statement = statement;
    this.session = session;
    this.progress = progress;
    this.options = LoadOptions.of(statement.options());
  }

  /**
   * Loads the file.
   *
   * @return how many rows are in
   * @throws SQLException when not all are; it says how many are, and of each line that was refused
   *     why
   */
  SqlAnswer run() throws SQLException {
    columns = tableColumns();
    Path path = path();
    try (BufferedReader text = Files.newBufferedReader(path, StandardCharsets.UTF_8);
        RecordBound in = new RecordBound(withoutMark(text), MAX_RECORD);
        CSVParser parser = CSVParser.parse(in, options.format())) {
      read(parser, in);
    } catch (IOException | UncheckedIOException | IllegalStateException e) {
      throw stopped(unreadable(e), null);
    }
    if (!refused.isEmpty()) {
      throw new SQLNonTransientException(summary(""), "22000");
    }
    return SqlAnswer.rows(List.of("Loaded_rows"), List.of(List.of(done)));
  }

  /** The mark that some programs begin a file with belongs to no name or value. */
  private static BufferedReader withoutMark(BufferedReader in) throws IOException {
    in.mark(1);
    if (in.read() != BYTE_ORDER_MARK) {
      in.reset();
    }
    return in;
  }

  private Path path() throws SQLException {
    String text = statement.path().replaceFirst("^file://", "");
    if (SCHEME.matcher(text).matches()) {
      throw new SQLFeatureNotSupportedException(
          "LOAD DATA reads files of this machine only, not " + text);
    }
    try {
      Path path = Path.of(text);
      if (Files.isDirectory(path)) {
        throw new SQLNonTransientException("cannot read " + text + ": it is a directory", "22000");
      }
      return path;
    } catch (InvalidPathException e) {
      throw new SQLNonTransientException("cannot read " + text + ": " + e.getMessage(), "22000", e);
    }
  }

  private List<Column> tableColumns() throws SQLException {
    return session.run("DESC " + quoted(statement.table())).rows().stream()
        .map(row -> new Column((String) row.get(1), (String) row.get(2)))
        .toList();
  }

  private void read(CSVParser parser, RecordBound in) throws SQLException {
    Iterator<CSVRecord> records = parser.iterator();
    boolean isFirst = options.header();
    if (!isFirst) {
      insert = insertText();
    }
    long line = 1;
    while (records.hasNext()) {
      CSVRecord record = records.next();
      in.next();
      if (isFirst) {
        header(record);
        isFirst = false;
      } else if (!isEmpty(record)) {
        add(line, record);
      }
      line = parser.getCurrentLineNumber() + 1;
    }
    write();
  }

  /** The names of the first line say which column is where, and which have their default. */
  private void header(CSVRecord record) throws SQLException {
    Map<String, Column> known =
        columns.stream().collect(Collectors.toMap(Column::name, column -> column));
    List<Column> named = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String written : record) {
      String name = written == null ? "null" : written.strip();
      Column column = known.get(name);
      if (column == null || !seen.add(column.name())) {
        throw new SQLNonTransientException(
            "line 1: "
                + (column == null ? "there is no column " + name : name + " stands there twice")
                + "; the first line has the names of columns of "
                + statement.table()
                + ", or give OPTIONS (header=false)",
            "42000");
      }
      named.add(column);
    }
    columns = named;
    insert = insertText();
  }

  private String insertText() {
    return "INSERT "
        + (options.putIfAbsent() ? "OR IGNORE " : "")
        + "INTO "
        + quoted(statement.table())
        + columns.stream()
            .map(c -> Identifiers.quoted(c.name()))
            .collect(Collectors.joining(", ", " (", ")"))
        + " VALUES "
        + columns.stream().map(c -> "?").collect(Collectors.joining(", ", "(", ")"));
  }

  private static String quoted(TableName table) {
    return table.database().map(database -> Identifiers.quoted(database) + ".").orElse("")
        + Identifiers.quoted(table.table());
  }

  /** An empty line is no row, unless it can be one. */
  private boolean isEmpty(CSVRecord record) {
    if (columns.size() == 1 || record.size() != 1) {
      return false;
    }
    // A line with the word that stands for NULL is not empty, unless that word is.
    String only = record.get(0) == null ? options.format().getNullString() : record.get(0);
    return only.isEmpty();
  }

  private void add(long line, CSVRecord record) throws SQLException {
    if (record.size() != columns.size()) {
      refuse(line, record.size() + " values for " + columns.size() + " columns");
      return;
    }
    long characters = record.stream().mapToLong(value -> value == null ? 0 : value.length()).sum();
    if (characters > MAX_ROW) {
      refuse(line, "a row of " + characters + " characters is too large; shorten its texts");
      return;
    }
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(record.get(i), columns.get(i).type());
    }
    batchCharacters += characters;
    batch.add(new Line(line, Arrays.asList(values)));
    if (batch.size() == BATCH_ROWS || batchCharacters >= BATCH_CHARACTERS) {
      write();
    }
  }

  private void refuse(long line, String why) throws SQLException {
    refused.put(line, why);
    if (refused.size() >= MAX_REFUSED) {
      write();
    }
    endIfTooManyAreRefused();
  }

  /** Nothing is an empty text, and of every other type NULL; timestamps may be milliseconds. */
  private static Object value(String text, String type) {
    if (text == null || type.equals("string")) {
      return text;
    }
    if (text.isBlank()) {
      return null;
    }
    return type.equals("timestamp") && NUMBER.matcher(text.strip()).matches()
        ? new Timestamp(Long.parseLong(text.strip()))
        : text;
  }

  private void write() throws SQLException {
    if (batch.isEmpty()) {
      return;
    }
    Inserted inserted = insert();
    done += inserted.done();
    for (Map.Entry<Integer, String> row : inserted.refused().entrySet()) {
      refused.put(batch.get(row.getKey()).number(), row.getValue());
    }
    if (inserted.stopped().isPresent()) {
      SQLException cause = inserted.stopped().get();
      String uncertain =
          inserted.uncertain() == 0 ? "" : ", " + inserted.uncertain() + " more may be";
      throw stopped(linesOfBatch() + uncertain + ": " + cause.getMessage(), cause);
    }
    batch.clear();
    batchCharacters = 0;
    progress.accept(done);
    endIfTooManyAreRefused();
  }

  private Inserted insert() throws SQLException {
    try {
      return session.insert(insert, batch.stream().map(Line::values).toList());
    } catch (SQLException e) {
      throw stopped(linesOfBatch() + ": " + e.getMessage(), e);
    }
  }

  private String linesOfBatch() {
    return "between lines "
        + batch.get(0).number()
        + " and "
        + batch.get(batch.size() - 1).number();
  }

  private void endIfTooManyAreRefused() throws SQLException {
    if (refused.size() >= MAX_REFUSED) {
      throw stopped("too many lines are refused, the rest of the file was not read", null);
    }
  }

  private String unreadable(Exception e) {
    Throwable cause = e instanceof UncheckedIOException wrapped ? wrapped.getCause() : e;
    if (cause instanceof NoSuchFileException) {
      return "cannot read " + statement.path() + ": there is no such file";
    }
    if (cause instanceof CharacterCodingException) {
      return "the file is not in UTF-8";
    }
    return "the file cannot be read further: " + cause.getMessage();
  }

  private SQLException stopped(String why, SQLException cause) {
    String message = summary(why);
    if (cause instanceof SQLTimeoutException) {
      return new SQLTimeoutException(message, cause.getSQLState(), cause.getErrorCode(), cause);
    }
    return cause == null
        ? new SQLNonTransientException(message, "22000")
        : new SQLNonTransientException(message, cause.getSQLState(), cause.getErrorCode(), cause);
  }

  private String summary(String why) {
    StringBuilder text = new StringBuilder();
    text.append(done).append(" rows of ").append(statement.path()).append(" are in ");
    text.append(statement.table());
    if (!why.isEmpty()) {
      text.append("; the load ended: ").append(why);
    }
    if (!refused.isEmpty()) {
      text.append("; ").append(refused.size()).append(" lines were refused");
      refused.entrySet().stream()
          .limit(MAX_REFUSED)
          .forEach(line -> text.append("\n  line " + line.getKey() + ": " + line.getValue()));
      if (refused.size() > MAX_REFUSED) {
        text.append("\n  and more");
      }
    }
    return text.toString();
  }
}
