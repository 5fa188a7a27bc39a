package io.holdfast.jdbc.result;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows that this side made. For one thread. */
public final class ListRows implements Rows {
  private final List<ColumnInfo> columns;
  private final List<? extends List<?>> rows;
  private int position = -1;

  /**
   * @param rows values as {@link io.holdfast.jdbc.value.Values} takes them, or null
   */
  public ListRows(List<ColumnInfo> columns, List<? extends List<?>> rows) {
    this.columns = List.copyOf(columns);
    this.rows = rows;
  }

  @Override
  public List<ColumnInfo> columns() {
    return columns;
  }

  @Override
  public boolean next() {
    position = Math.min(position + 1, rows.size());
    return position < rows.size();
  }

  @Override
  public boolean hasNext() {
    return position + 1 < rows.size();
  }

  @Override
  public Object value(int column) {
    return rows.get(position).get(column);
  }

  @Override
  public byte[] bytes(int column) {
    return value(column) instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : null;
  }
}
