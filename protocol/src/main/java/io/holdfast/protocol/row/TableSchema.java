package io.holdfast.protocol.row;

import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.AddedIndex;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.IndexType;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Columns and indexes of a table, checked. Each column that was added after the table was made
 * begins a new version of the schema: version 1 has the columns of the definition alone. Immutable.
 */
public final class TableSchema {
  /** OpenMLDB's limit. */
  public static final int MAX_INDEXES = 200;

  /** OpenMLDB's limit of columns that are added to one table. */
  public static final int MAX_ADDED_COLUMNS = 63;

  /** The highest version that a schema can have. */
  static final int MAX_VERSION = 1 + MAX_ADDED_COLUMNS;

  private static final int MAX_COLUMNS = 4096;

  private final List<Column> columns;
  private final List<IndexDef> indexes;
  private final Map<String, Integer> columnByName = new HashMap<>();
  private final Map<String, IndexDef> indexByName = new HashMap<>();

  /** By version, beginning with 1. */
  private final List<RowLayout> layouts = new ArrayList<>();

  /**
   * @param defined how many of the columns the definition has
   */
  private TableSchema(List<Column> columns, int defined, List<IndexDef> indexes) {
    this.columns = List.copyOf(columns);
    this.indexes = List.copyOf(indexes);
    for (int i = 0; i < columns.size(); i++) {
      columnByName.put(columns.get(i).name(), i);
    }
    indexes.forEach(index -> indexByName.put(index.name(), index));
    for (int count = defined; count <= columns.size(); count++) {
      layouts.add(new RowLayout(count - defined + 1, this.columns.subList(0, count)));
    }
  }

  /**
   * The schema of a table definition.
   *
   * @throws SchemaException with OpenMLDB's words when it cannot be a table
   */
  public static TableSchema of(TableInfo table) throws SchemaException {
    TableSchema schema =
        of(table.getColumnDescList(), table.getAddedColumnDescList(), table.getColumnKeyList());
    return table.getUnfilledIndexesCount() == 0
        ? schema
        : schema.withUnfilled(Set.copyOf(table.getUnfilledIndexesList()));
  }

  private TableSchema withUnfilled(Set<String> names) {
    List<IndexDef> marked =
        indexes.stream()
            .map(index -> names.contains(index.name()) ? index.unfilled() : index)
            .toList();
    return new TableSchema(columns, columns.size() - layouts.size() + 1, marked);
  }

  /** The schema of these columns and indexes. See {@link #of(TableInfo)}. */
  public static TableSchema of(List<ColumnDesc> columnDescs, List<ColumnKey> columnKeys)
      throws SchemaException {
    return of(columnDescs, List.of(), columnKeys);
  }

  private static TableSchema of(
      List<ColumnDesc> columnDescs, List<ColumnDesc> added, List<ColumnKey> columnKeys)
      throws SchemaException {
    List<Column> columns = columns(columnDescs, added);
    Map<String, Integer> byName = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      byName.put(columns.get(i).name(), i);
    }
    List<IndexDef> indexes = new IndexBuilder(columns, byName).build(columnKeys);
    return new TableSchema(columns, columnDescs.size(), indexes);
  }

  /** A list of columns without indexes: the rows of a query's answer. */
  public static TableSchema ofColumns(List<Column> columns) {
    return new TableSchema(columns, columns.size(), List.of());
  }

  private static List<Column> columns(List<ColumnDesc> defined, List<ColumnDesc> added)
      throws SchemaException {
    if (defined.isEmpty()) {
      throw new SchemaException("check column_desc name failed. name is ");
    }
    if (defined.size() > MAX_COLUMNS) {
      throw new SchemaException("too many columns: more than " + MAX_COLUMNS);
    }
    if (added.size() > MAX_ADDED_COLUMNS) {
      throw new SchemaException("too many added columns: more than " + MAX_ADDED_COLUMNS);
    }
    List<Column> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ColumnDesc desc : concat(defined, added)) {
      String name = desc.getName();
      if (name.isEmpty() || !names.add(name)) {
        throw new SchemaException("check column_desc name failed. name is " + name);
      }
      // A type number that this build does not know arrives as no type at all.
      Optional<ColumnType> type =
          desc.hasDataType() ? ColumnType.of(desc.getDataType()) : Optional.empty();
      if (type.isEmpty()) {
        throw new SchemaException(
            "type " + (desc.hasDataType() ? desc.getDataType() : "of " + name) + " is invalid");
      }
      columns.add(new Column(name, type.get(), desc.getNotNull()));
    }
    return columns;
  }

  private static <T> List<T> concat(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  /** Checks column_key lists, in OpenMLDB's order and words. */
  private record IndexBuilder(List<Column> columns, Map<String, Integer> byName) {
    List<IndexDef> build(List<ColumnKey> keys) throws SchemaException {
      if (keys.isEmpty()) {
        throw new SchemaException("no index");
      }
      if (keys.size() > MAX_INDEXES) {
        throw new SchemaException("too many indexes: more than " + MAX_INDEXES);
      }
      List<IndexDef> indexes = new ArrayList<>();
      Set<String> names = new HashSet<>();
      Set<String> shapes = new HashSet<>();
      for (ColumnKey key : keys) {
        IndexDef index = index(key, indexes.size());
        if (!names.add(index.name())) {
          throw new SchemaException("duplicate index_name " + index.name());
        }
        if (index.live() && !shapes.add(index.keyColumns() + "@" + index.tsColumn())) {
          throw new SchemaException("duplicate column_key");
        }
        indexes.add(index);
      }
      if (indexes.stream().noneMatch(IndexDef::live)) {
        throw new SchemaException("no index");
      }
      return indexes;
    }

    private IndexDef index(ColumnKey key, int position) throws SchemaException {
      if (key.getIndexName().isEmpty()) {
        throw new SchemaException("not set index_name in column_key");
      }
      if (key.getType() != IndexType.kCovering) {
        throw new SchemaException("index type " + key.getType() + " is not supported");
      }
      List<String> names = key.getColNameList();
      // An index may be named after its only column and leave the list out.
      if (names.isEmpty()) {
        names = List.of(key.getIndexName());
      }
      List<Integer> keyColumns = new ArrayList<>();
      for (String name : names) {
        keyColumns.add(keyColumn(name));
      }
      if (new HashSet<>(keyColumns).size() != keyColumns.size()) {
        throw new SchemaException("duplicate column_key");
      }
      return new IndexDef(
          position,
          key.getIndexName(),
          keyColumns,
          tsColumn(key.getTsName()),
          key.hasTtl() ? TtlCodec.decode(key.getTtl()) : TtlPolicy.NONE,
          key.getFlag() == 0);
    }

    private int keyColumn(String name) throws SchemaException {
      Integer position = byName.get(name);
      if (position == null) {
        throw new SchemaException("column :" + name + " is not member of columns");
      }
      ColumnType type = columns.get(position).type();
      if (type == ColumnType.FLOAT || type == ColumnType.DOUBLE) {
        throw new SchemaException("float or double column can not be index");
      }
      return position;
    }

    private int tsColumn(String name) throws SchemaException {
      if (name.isEmpty()) {
        return IndexDef.PUT_TIME;
      }
      Integer position = byName.get(name);
      if (position == null) {
        throw new SchemaException("invalid ts_name " + name);
      }
      ColumnType type = columns.get(position).type();
      if (type != ColumnType.BIGINT && type != ColumnType.TIMESTAMP) {
        throw new SchemaException("invalid ts type ts_name " + name);
      }
      return position;
    }
  }

  /**
   * The schema of a table that was defined like this and altered since.
   *
   * @throws IllegalArgumentException when it cannot be altered like that
   */
  public TableSchema with(Alterations alterations) {
    List<Column> all = concat(columns, added(alterations.columns()));
    List<IndexDef> altered = new ArrayList<>(indexes);
    alterations.indexes().forEach(index -> altered.add(added(index, altered.size(), all)));
    alterations
        .ttls()
        .forEach((position, ttl) -> altered.set(position, at(altered, position).with(ttl)));
    for (int position : alterations.deleted()) {
      altered.set(position, at(altered, position).deleted());
    }
    if (altered.stream().noneMatch(IndexDef::live)) {
      throw new IllegalArgumentException("a table needs an index");
    }
    return new TableSchema(all, columns.size(), altered);
  }

  private List<Column> added(List<AddedColumn> wanted) {
    if (wanted.size() > MAX_ADDED_COLUMNS) {
      throw new IllegalArgumentException("more than " + MAX_ADDED_COLUMNS + " added columns");
    }
    List<Column> added = new ArrayList<>();
    Set<String> names = new HashSet<>(columnByName.keySet());
    for (AddedColumn column : wanted) {
      DataType number = DataType.forNumber(column.dataType());
      Optional<ColumnType> type = number == null ? Optional.empty() : ColumnType.of(number);
      if (type.isEmpty() || !names.add(column.name())) {
        throw new IllegalArgumentException("there can be no column like " + column);
      }
      // The rows that are there have no value for it.
      added.add(new Column(column.name(), type.get(), false));
    }
    return added;
  }

  private static IndexDef added(AddedIndex index, int position, List<Column> columns) {
    if (index.position() != position) {
      throw new IllegalArgumentException(
          "index " + index.name() + " is not at position " + position);
    }
    for (int column : index.keyColumns()) {
      ColumnType type = column(columns, column).type();
      if (type == ColumnType.FLOAT || type == ColumnType.DOUBLE) {
        throw new IllegalArgumentException("float or double column can not be index");
      }
    }
    if (index.tsColumn() != IndexDef.PUT_TIME) {
      ColumnType type = column(columns, index.tsColumn()).type();
      if (type != ColumnType.BIGINT && type != ColumnType.TIMESTAMP) {
        throw new IllegalArgumentException("a time cannot be " + type);
      }
    }
    return new IndexDef(
        position,
        index.name(),
        index.keyColumns(),
        index.tsColumn(),
        index.ttl(),
        true,
        index.filled());
  }

  private static Column column(List<Column> columns, int position) {
    if (position >= columns.size()) {
      throw new IllegalArgumentException("no column at position " + position);
    }
    return columns.get(position);
  }

  private static IndexDef at(List<IndexDef> indexes, int position) {
    if (position >= indexes.size()) {
      throw new IllegalArgumentException("no index at position " + position);
    }
    return indexes.get(position);
  }

  /** All columns, added ones behind those of the definition. */
  public List<Column> columns() {
    return columns;
  }

  List<String> columnNames() {
    return columns.stream().map(Column::name).toList();
  }

  /** The version of rows with all columns: 1, and one more for each that was added. */
  public int version() {
    return layouts.size();
  }

  /** The version of rows with so many columns; the newest one when there is none like that. */
  public int versionWith(int count) {
    int version = version() - (columns.size() - count);
    return version >= 1 && version <= version() ? version : version();
  }

  /** Position of a column; -1 when there is none of that name. */
  public int columnPosition(String name) {
    return columnByName.getOrDefault(name, -1);
  }

  /** All indexes by position, deleted ones included. */
  public List<IndexDef> indexes() {
    return indexes;
  }

  /** The live index of that name. */
  public Optional<IndexDef> index(String name) {
    return Optional.ofNullable(indexByName.get(name)).filter(IndexDef::live);
  }

  /** The live index at that position of the column_key list. */
  public Optional<IndexDef> index(int position) {
    return position >= 0 && position < indexes.size()
        ? Optional.of(indexes.get(position)).filter(IndexDef::live)
        : Optional.empty();
  }

  /** The first live index: what a call means that names none. */
  public IndexDef firstIndex() {
    return indexes.stream().filter(IndexDef::live).findFirst().orElseThrow();
  }

  /** Of rows of a version that there is. */
  RowLayout layout(int version) {
    return layouts.get(version - 1);
  }
}
