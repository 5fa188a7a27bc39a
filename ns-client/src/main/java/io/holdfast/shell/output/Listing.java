package io.holdfast.shell.output;

import io.holdfast.shell.ExitCode;
import io.holdfast.shell.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects the rows of a table for readers together with the same rows as JSON objects. */
public final class Listing {
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<Map<String, Object>> objects = new ArrayList<>();

  public Listing(List<String> header) {
    this.header = List.copyOf(header);
  }

  public static Listing of(String... header) {
    return new Listing(List.of(header));
  }

  /** Adds a row; cells that are missing at its end are empty. */
  public void row(Fields object, List<String> cells) {
    List<String> row = new ArrayList<>(cells);
    while (row.size() < header.size()) {
      row.add("");
    }
    rows.add(row);
    objects.add(object.map());
  }

  public void row(Fields object, String... cells) {
    row(object, List.of(cells));
  }

  public int size() {
    return rows.size();
  }

  public Reply reply(ColumnPrinter printer) {
    return reply(printer, "");
  }

  /**
   * @param hint what to know besides; may be empty
   */
  public Reply reply(ColumnPrinter printer, String hint) {
    List<String> lines = printer.print(header, rows);
    return new Reply(ExitCode.DONE, lines, List.copyOf(objects), hint, false);
  }
}
