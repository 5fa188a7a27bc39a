package io.holdfast.shell.output;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout of nearly all tables: two spaces before each cell, a ruler under the header.
 *
 * <p>Scripts parse it by position, so an empty cell is printed as {@code -}. Widths count bytes, as
 * they do in the original.
 */
public final class ColumnPrinter {
  private final int maxCellBytes;

  /**
   * @param maxCellBytes longer cells are cut to so many bytes
   */
  public ColumnPrinter(int maxCellBytes) {
    this.maxCellBytes = maxCellBytes;
  }

  public List<String> print(List<String> header, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>();
    all.add(cut(header));
    rows.forEach(row -> all.add(cut(row)));
    int[] widths = new int[header.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], bytes(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    all.forEach(row -> lines.add(line(row, widths)));
    lines.add(1, ruler(widths));
    return lines;
  }

  private List<String> cut(List<String> row) {
    List<String> cells = new ArrayList<>();
    for (String cell : row) {
      cells.add(cell.isEmpty() ? "-" : cut(cell));
    }
    return cells;
  }

  private String cut(String cell) {
    if (bytes(cell) <= maxCellBytes) {
      return cell;
    }
    // Whole characters only: half a character would make the output unreadable as UTF-8.
    StringBuilder kept = new StringBuilder();
    int used = 0;
    for (int codePoint : cell.codePoints().toArray()) {
      String character = Character.toString(codePoint);
      used += bytes(character);
      if (used > maxCellBytes) {
        break;
      }
      kept.append(character);
    }
    return kept.toString();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append("  ").append(row.get(i)).append(" ".repeat(widths[i] - bytes(row.get(i))));
    }
    return line.toString();
  }

  private static String ruler(int[] widths) {
    int length = 2;
    for (int width : widths) {
      length += 2 + width;
    }
    return "-".repeat(length);
  }

  private static int bytes(String cell) {
    return cell.getBytes(StandardCharsets.UTF_8).length;
  }
}
