package io.holdfast.shell.output;

import java.util.ArrayList;
import java.util.List;

/** The layout of schemas: a ruler above the header, below it, and after the last row. */
public final class RuledTable {
  private RuledTable() {}

  public static List<String> print(List<String> header, List<List<String>> rows) {
    int[] widths = new int[header.size()];
    widen(widths, header);
    rows.forEach(row -> widen(widths, row));
    StringBuilder ruler = new StringBuilder(" ");
    for (int width : widths) {
      ruler.append("-".repeat(width)).append(' ');
    }
    List<String> lines = new ArrayList<>();
    lines.add(ruler.toString());
    lines.addAll(lines(header, widths));
    lines.add(ruler.toString());
    rows.forEach(row -> lines.addAll(lines(row, widths)));
    if (!rows.isEmpty()) {
      lines.add(ruler.toString());
    }
    return lines;
  }

  private static void widen(int[] widths, List<String> row) {
    for (int i = 0; i < widths.length; i++) {
      for (String part : parts(row.get(i))) {
        widths[i] = Math.max(widths[i], part.length() + 2);
      }
    }
  }

  private static List<String> lines(List<String> row, int[] widths) {
    int height = 1;
    for (String cell : row) {
      height = Math.max(height, parts(cell).size());
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < height; i++) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        List<String> parts = parts(row.get(column));
        String part = i < parts.size() ? parts.get(i) : "";
        // The corner or the line between cells, then the cell with its own leading space.
        line.append("  ").append(part).append(" ".repeat(widths[column] - 1 - part.length()));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static List<String> parts(String cell) {
    return List.of(cell.split("\n", -1));
  }
}
