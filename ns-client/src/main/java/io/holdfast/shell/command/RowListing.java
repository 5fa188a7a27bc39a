package io.holdfast.shell.command;

import io.holdfast.client.TableClient;
import io.holdfast.client.row.RowPairs;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.ColumnPrinter;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.Listing;
import java.util.ArrayList;
import java.util.List;

/** Rows of a table as a numbered list: {@code # [ts] columns}, or {@code # key ts data}. */
final class RowListing {
  private final TableClient client;
  private final TableInfo table;
  private final boolean withTime;
  private final Listing listing;

  /**
   * @param withTime whether to show the time under which a row is stored
   */
  RowListing(TableClient client, TableInfo table, boolean withTime) {
    this.client = client;
    this.table = table;
    this.withTime = withTime;
    List<String> header = new ArrayList<>(List.of("#"));
    if (!DataTables.hasColumns(table)) {
      header.addAll(List.of("key", "ts", "data"));
    } else {
      if (withTime) {
        header.add("ts");
      }
      header.addAll(DataTables.columnNames(table));
    }
    listing = new Listing(header);
  }

  /**
   * Adds a row.
   *
   * @param version that of the answer which brought it
   */
  void add(String key, RowPairs.Entry entry, long version) {
    Fields fields = new Fields().put("ts", entry.ts()).put("version", version);
    List<String> cells = new ArrayList<>(List.of(Integer.toString(listing.size() + 1)));
    if (!DataTables.hasColumns(table)) {
      String data = Cells.text(entry.row());
      cells.addAll(List.of(key, Long.toString(entry.ts()), data));
      listing.row(fields.put("key", key).put("data", data), cells);
      return;
    }
    if (withTime) {
      cells.add(Long.toString(entry.ts()));
    }
    List<String> names = DataTables.columnNames(table);
    List<Object> values = client.decode(entry.row());
    Fields row = new Fields();
    for (int i = 0; i < names.size(); i++) {
      // A row written before a column was added does not have it.
      Object value = i < values.size() ? values.get(i) : null;
      cells.add(Cells.text(value));
      row.put(names.get(i), Cells.json(value));
    }
    // The columns stand in an object of their own: a column may be called ts.
    listing.row(fields.put("row", row.map()), cells);
  }

  int size() {
    return listing.size();
  }

  Reply reply(ColumnPrinter printer) {
    return listing.reply(printer);
  }
}
