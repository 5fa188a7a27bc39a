package io.holdfast.protocol.row;

import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.type.DataType;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Schemas and random values for tests. */
final class RowFixture {
  private RowFixture() {}

  static ColumnDesc column(String name, DataType type) {
    return ColumnDesc.newBuilder().setName(name).setDataType(type).build();
  }

  static ColumnKey index(String name, String ts, String... columns) {
    ColumnKey.Builder key =
        ColumnKey.newBuilder().setIndexName(name).addAllColName(List.of(columns));
    if (!ts.isEmpty()) {
      key.setTsName(ts);
    }
    return key.build();
  }

  static TableSchema schema(ColumnType... types) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      columns.add(new Column("c" + i, types[i], false));
    }
    return TableSchema.ofColumns(columns);
  }

  /** A random table as it was made, and after each column that it got. */
  static List<TableSchema> randomVersions(Random random, int added) {
    List<ColumnDesc> columns = new ArrayList<>(List.of(column("k", DataType.kString)));
    for (int i = random.nextInt(20); i > 0; i--) {
      columns.add(column("c" + i, randomType(random).dataType()));
    }
    List<TableSchema> versions = new ArrayList<>();
    try {
      versions.add(TableSchema.of(columns, List.of(index("k", ""))));
    } catch (SchemaException e) {
      throw new IllegalArgumentException(e);
    }
    Alterations alterations = Alterations.NONE;
    for (int i = 0; i < added; i++) {
      int type = randomType(random).dataType().getNumber();
      alterations = alterations.with(new AddedColumn("a" + i, type));
      versions.add(versions.get(0).with(alterations));
    }
    return versions;
  }

  private static ColumnType randomType(Random random) {
    return ColumnType.values()[random.nextInt(9)];
  }

  static TableSchema randomSchema(Random random) {
    ColumnType[] types = new ColumnType[1 + random.nextInt(20)];
    for (int i = 0; i < types.length; i++) {
      types[i] = randomType(random);
    }
    return schema(types);
  }

  static List<Object> randomValues(TableSchema schema, Random random, int longestString) {
    List<Object> values = new ArrayList<>();
    for (Column column : schema.columns()) {
      values.add(random.nextInt(5) == 0 ? null : randomValue(column.type(), random, longestString));
    }
    return values;
  }

  private static Object randomValue(ColumnType type, Random random, int longestString) {
    return switch (type) {
      case BOOL -> random.nextBoolean();
      case SMALLINT -> (short) random.nextInt();
      case INT -> random.nextInt();
      case BIGINT -> random.nextLong();
      case TIMESTAMP -> random.nextLong() >>> 20;
      case FLOAT -> random.nextFloat();
      case DOUBLE -> random.nextGaussian();
      case DATE -> LocalDate.of(1900 + random.nextInt(200), 1 + random.nextInt(12), 28);
      case STRING -> randomString(random, longestString);
    };
  }

  private static String randomString(Random random, int longest) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(longest + 1);
    while (text.length() < length) {
      text.appendCodePoint(
          random.nextInt(4) == 0 ? 0x4e00 + random.nextInt(500) : 'a' + random.nextInt(26));
    }
    return text.toString();
  }
}
