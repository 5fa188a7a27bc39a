package io.holdfast.shell.sql;

import io.holdfast.protocol.row.ValueText;
import io.holdfast.shell.output.JsonText;
import io.holdfast.shell.output.RuledTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers as lines. Stateless. */
final class SqlPrinter {
  private static final String NULL = "NULL";

  private SqlPrinter() {}

  /**
   * The lines of an answer.
   *
   * @param vertical a line for each value; only for tables
   */
  static List<String> lines(SqlAnswer answer, SqlFormat format, boolean vertical) {
    return switch (format) {
      case JSON -> List.of(json(answer));
      case CSV -> csv(answer);
      case TABLE -> {
        if (!answer.hasRows()) {
          yield List.of("SUCCEED");
        }
        List<String> lines = new ArrayList<>(vertical ? vertical(answer) : table(answer));
        lines.add("");
        lines.add(answer.rows().size() + " rows in set");
        yield lines;
      }
    };
  }

  private static List<String> table(SqlAnswer answer) {
    List<List<String>> rows = new ArrayList<>();
    for (List<Object> row : answer.rows()) {
      rows.add(row.stream().map(SqlPrinter::cell).toList());
    }
    return RuledTable.print(answer.names(), rows);
  }

  private static List<String> vertical(SqlAnswer answer) {
    int width = answer.names().stream().mapToInt(String::length).max().orElse(0);
    List<String> lines = new ArrayList<>();
    int number = 0;
    for (List<Object> row : answer.rows()) {
      lines.add("*** row " + ++number + " ***");
      for (int i = 0; i < row.size(); i++) {
        String name = answer.names().get(i);
        lines.add(" ".repeat(width - name.length()) + name + ": " + cell(row.get(i)));
      }
    }
    return lines;
  }

  private static String cell(Object value) {
    return value == null ? NULL : ValueText.format(value);
  }

  private static String json(SqlAnswer answer) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (answer.hasRows()) {
      json.put("columns", answer.names());
      json.put("rows", answer.rows());
    } else {
      json.put("result", "ok");
    }
    return JsonText.of(json);
  }

  /** As RFC 4180 has it; NULL is nothing, and the empty string two quotes. */
  static List<String> csv(SqlAnswer answer) {
    List<String> lines = new ArrayList<>();
    if (answer.hasRows()) {
      lines.add(csvLine(new ArrayList<>(answer.names()), ","));
      answer.rows().forEach(row -> lines.add(csvLine(row, ",")));
    }
    return lines;
  }

  static String csvLine(List<Object> row, String delimiter) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      line.append(i == 0 ? "" : delimiter).append(csvValue(row.get(i), delimiter));
    }
    return line.toString();
  }

  private static String csvValue(Object value, String delimiter) {
    if (value == null) {
      return "";
    }
    String text = value.toString();
    boolean needsQuotes =
        text.isEmpty()
            || text.contains(delimiter)
            || text.indexOf('"') >= 0
            || text.indexOf('\n') >= 0
            || text.indexOf('\r') >= 0;
    return needsQuotes ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
