package io.holdfast.protocol.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com._4paradigm.openmldb.common.codec.ClassicRowBuilder;
import com._4paradigm.openmldb.proto.Common;
import com._4paradigm.openmldb.proto.Type;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.type.DataType;
import java.nio.ByteBuffer;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowCodecTest {
  private static final TableSchema EXAMPLE =
      RowFixture.schema(
          ColumnType.BOOL,
          ColumnType.SMALLINT,
          ColumnType.STRING,
          ColumnType.DATE,
          ColumnType.STRING,
          ColumnType.TIMESTAMP,
          ColumnType.STRING);

  /** The row in docs/formats/row.md is what the code writes, byte for byte. */
  @Test
  void writesTheDocumentedExample() throws Exception {
    byte[] row =
        new RowEncoder(EXAMPLE)
            .encode(Arrays.asList(true, (short) -2, "ab", null, null, 1_700_000_000_000L, "xyz"));
    assertThat(HexFormat.of().formatHex(row))
        .isEqualTo("01011e0000001801feff000000000068e5cf8b010000191b1b616278797a");
    assertThat(DateNumber.of(LocalDate.of(2024, 2, 29))).isEqualTo(124 << 16 | 1 << 8 | 29);
  }

  /** For any schema and values, with offsets of every width, what was encoded is what is read. */
  @ParameterizedTest
  @ValueSource(ints = {0, 8, 40, 3_000, 70_000, 6_000_000})
  void readsWhatItWrote(int longestString) throws Exception {
    Random random = new Random(longestString);
    int rounds = longestString > 1_000_000 ? 3 : longestString > 10_000 ? 20 : 300;
    for (int i = 0; i < rounds; i++) {
      TableSchema schema = RowFixture.randomSchema(random);
      List<Object> values = RowFixture.randomValues(schema, random, longestString);
      byte[] row = new RowEncoder(schema).encode(values);
      RowView view = RowView.of(schema, row);
      assertThat(view.values()).isEqualTo(values);
      assertThat(view.canonicalBytes()).isEqualTo(row);
      byte[] surrounded = new byte[row.length + 10];
      System.arraycopy(row, 0, surrounded, 3, row.length);
      ByteBuffer part = ByteBuffer.wrap(surrounded, 3, row.length);
      assertThat(RowView.of(schema, part).values()).isEqualTo(values);
    }
  }

  /** Widths change exactly where the total size passes 255, 65535 and 16777215 bytes. */
  @Test
  void changesOffsetWidthWithTheTotalSize() throws Exception {
    TableSchema schema = RowFixture.schema(ColumnType.STRING, ColumnType.STRING);
    for (int edge : new int[] {0xff, 0xffff, 0xffffff}) {
      for (int length = edge - 20; length <= edge + 5; length += edge > 0xffff ? 3 : 1) {
        List<Object> values = List.of("x".repeat(length), "tail");
        byte[] row = new RowEncoder(schema).encode(values);
        assertThat(RowView.of(schema, row).values()).isEqualTo(values);
        int width = RowLayout.offsetBytes(row.length);
        assertThat(row).hasSize(7 + 2 * width + length + 4);
      }
    }
  }

  /** The rows of an altered table in docs/formats/row.md are what the code writes and reads. */
  @Test
  void writesTheDocumentedVersions() throws Exception {
    List<ColumnDesc> columns =
        List.of(RowFixture.column("k", DataType.kString), RowFixture.column("n", DataType.kInt));
    TableSchema first = TableSchema.of(columns, List.of(RowFixture.index("k", "")));
    Alterations one = Alterations.NONE.with(new AddedColumn("tip", DataType.kSmallInt.getNumber()));
    TableSchema second = first.with(one);
    TableSchema third =
        first.with(one.with(new AddedColumn("note", DataType.kVarchar.getNumber())));
    byte[] oldRow = HexFormat.of().parseHex("01010e00000000070000000c6162");
    byte[] row = HexFormat.of().parseHex("010210000000000700000005000e6162");
    byte[] newRow = HexFormat.of().parseHex("010313000000000700000005000f1161627879");
    assertThat(new RowEncoder(first).encode(List.of("ab", 7))).isEqualTo(oldRow);
    assertThat(new RowEncoder(second).encode(List.of("ab", 7, (short) 5))).isEqualTo(row);
    assertThat(new RowEncoder(third).encode(List.of("ab", 7, (short) 5, "xy"))).isEqualTo(newRow);
    assertThat(RowView.of(first, oldRow).values()).containsExactly("ab", 7);
    assertThat(RowView.of(third, oldRow).values()).containsExactly("ab", 7, null, null);
    assertThat(RowView.of(third, row).values()).containsExactly("ab", 7, (short) 5, null);
    assertThat(RowView.of(third, newRow).values()).containsExactly("ab", 7, (short) 5, "xy");
    assertThat(RowView.isOfLaterSchema(first, ByteBuffer.wrap(newRow))).isTrue();
    assertThat(RowView.isOfLaterSchema(third, ByteBuffer.wrap(newRow))).isFalse();
  }

  /** A table with added columns reads rows of all its versions, and each keeps its bytes. */
  @ParameterizedTest
  @ValueSource(ints = {0, 40, 70_000})
  void readsRowsOfAllVersions(int longestString) throws Exception {
    Random random = new Random(longestString + 7);
    for (int i = 0; i < (longestString > 1000 ? 10 : 60); i++) {
      List<TableSchema> versions = RowFixture.randomVersions(random, 1 + random.nextInt(20));
      TableSchema newest = versions.get(versions.size() - 1);
      assertThat(newest.version()).isEqualTo(versions.size());
      for (TableSchema schema : versions) {
        List<Object> values = RowFixture.randomValues(schema, random, longestString);
        byte[] row = new RowEncoder(schema).encode(values);
        assertThat(row[1]).isEqualTo((byte) schema.version());
        assertThat(newest.versionWith(values.size())).isEqualTo(schema.version());
        assertThat(new RowEncoder(newest, schema.version()).encode(values)).isEqualTo(row);
        RowView view = RowView.of(newest, row);
        while (values.size() < newest.columns().size()) {
          values.add(null);
        }
        assertThat(view.values()).isEqualTo(values);
        assertThat(view.canonicalBytes()).isEqualTo(row);
        if (schema != newest) {
          assertThat(RowView.isOfLaterSchema(schema, ByteBuffer.wrap(row))).isFalse();
          byte[] later = new RowEncoder(newest).encode(values);
          assertThat(RowView.isOfLaterSchema(schema, ByteBuffer.wrap(later))).isTrue();
          assertThatThrownBy(() -> RowView.of(schema, later))
              .isInstanceOf(RowFormatException.class)
              .hasMessage(
                  "row has schema version " + newest.version() + ", not 1 to " + schema.version());
        }
      }
    }
  }

  /** The bits behind the last column of a row's own version mean nothing, whatever came later. */
  @Test
  void ignoresUnusedBitsOfAnEarlierVersion() throws Exception {
    Random random = new Random(3);
    List<TableSchema> versions = RowFixture.randomVersions(random, 10);
    TableSchema first = versions.get(0);
    byte[] row = new RowEncoder(first).encode(RowFixture.randomValues(first, random, 10));
    byte[] theirs = row.clone();
    int used = first.columns().size() % 8;
    assertThat(used).isPositive();
    theirs[RowLayout.BITMAP_AT + first.columns().size() / 8] |= (byte) (0xff << used);
    RowView view = RowView.of(versions.get(10), theirs);
    assertThat(view.canonicalBytes()).isEqualTo(row);
    assertThat(view.values()).isEqualTo(RowView.of(versions.get(10), row).values());
  }

  /** No table can have more versions than OpenMLDB allows, so no later schema has such a row. */
  @Test
  void refusesVersionsThatCannotBe() throws Exception {
    byte[] row = new RowEncoder(EXAMPLE).encode(Arrays.asList(new Object[7]));
    for (int version : new int[] {0, 2, 64, 65, 255}) {
      row[1] = (byte) version;
      assertThat(RowView.isOfLaterSchema(EXAMPLE, ByteBuffer.wrap(row)))
          .isEqualTo(version > 1 && version < 65);
      assertThatThrownBy(() -> RowView.of(EXAMPLE, row)).isInstanceOf(RowFormatException.class);
    }
    row[0] = 2;
    assertThat(RowView.isOfLaterSchema(EXAMPLE, ByteBuffer.wrap(row))).isFalse();
    assertThatThrownBy(() -> RowView.of(EXAMPLE, row))
        .hasMessage("row has no format version that is known");
    assertThat(RowView.isOfLaterSchema(EXAMPLE, ByteBuffer.wrap(new byte[1]))).isFalse();
  }

  /** OpenMLDB's own encoder makes the same bytes, but for the unused bits of the bitmap. */
  @ParameterizedTest
  @ValueSource(ints = {5, 100, 30_000})
  void agreesWithTheOriginal(int longestString) throws Exception {
    Random random = new Random(longestString + 1);
    for (int i = 0; i < 100; i++) {
      TableSchema schema =
          random.nextBoolean()
              ? RowFixture.randomSchema(random)
              : RowFixture.randomVersions(random, 3).get(random.nextInt(4));
      List<Object> values = RowFixture.randomValues(schema, random, longestString);
      byte[] theirs = originalEncode(schema, values);
      values.replaceAll(v -> v instanceof String text ? text.replaceAll("[^a-z]", "X") : v);
      byte[] ours = new RowEncoder(schema).encode(values);
      RowView view = RowView.of(schema, theirs);
      assertThat(view.values()).isEqualTo(values);
      assertThat(view.canonicalBytes()).isEqualTo(ours);
    }
  }

  /** Any bytes at all are a row or give the designed exception. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void refusesMalformedRows(long seed) throws Exception {
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      List<TableSchema> versions = RowFixture.randomVersions(random, random.nextInt(4));
      TableSchema written = versions.get(random.nextInt(versions.size()));
      TableSchema schema = versions.get(versions.size() - 1);
      List<Object> values =
          RowFixture.randomValues(written, random, random.nextBoolean() ? 10 : 300);
      byte[] row = new RowEncoder(written).encode(values);
      byte[] bad = row.clone();
      switch (random.nextInt(4)) {
        case 0 -> bad = Arrays.copyOf(row, random.nextInt(row.length + 20));
        case 1 -> bad[random.nextInt(row.length)] ^= (byte) (1 << random.nextInt(8));
        case 2 -> {
          int at = random.nextInt(row.length);
          for (int j = at; j < Math.min(row.length, at + 8); j++) {
            bad[j] = (byte) random.nextInt();
          }
        }
        default -> {
          bad = Arrays.copyOf(row, random.nextInt(row.length + 20));
          if (bad.length >= 6) {
            ByteBuffer.wrap(bad).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(2, bad.length);
          }
        }
      }
      try {
        RowView view = RowView.of(schema, bad);
        for (int column = 0; column < schema.columns().size(); column++) {
          view.get(column);
        }
      } catch (RowFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  /** Values that do not fit the schema are named. */
  @Test
  void refusesWrongValues() {
    TableSchema schema =
        TableSchema.ofColumns(
            List.of(
                new Column("a", ColumnType.INT, true), new Column("b", ColumnType.DATE, false)));
    RowEncoder encoder = new RowEncoder(schema);
    assertThatThrownBy(() -> encoder.encode(List.of(1))).hasMessageContaining("1 values for 2");
    assertThatThrownBy(() -> encoder.encode(Arrays.asList(null, null)))
        .hasMessage("column a does not accept NULL");
    assertThatThrownBy(() -> encoder.encode(Arrays.asList(1L, null)))
        .isInstanceOf(RowFormatException.class)
        .hasMessageContaining("column a is INT");
    assertThatThrownBy(() -> encoder.encode(List.of(1, LocalDate.of(1899, 12, 31))))
        .hasMessageContaining("out of range");
  }

  private static byte[] originalEncode(TableSchema schema, List<Object> values) throws Exception {
    List<Common.ColumnDesc> descs = new ArrayList<>();
    Object[] objects = new Object[values.size()];
    for (int i = 0; i < objects.length; i++) {
      ColumnType type = schema.columns().get(i).type();
      descs.add(
          Common.ColumnDesc.newBuilder()
              .setName("c" + i)
              .setDataType(Type.DataType.forNumber(type.dataType().getNumber()))
              .build());
      objects[i] = values.get(i);
      if (objects[i] instanceof LocalDate date) {
        objects[i] = Date.valueOf(date);
      } else if (objects[i] instanceof String text) {
        // The original sizes its buffer by characters and fails on those of several bytes.
        objects[i] = text.replaceAll("[^a-z]", "X");
      } else if (type == ColumnType.TIMESTAMP && objects[i] != null) {
        objects[i] = new Timestamp((Long) objects[i]);
      }
    }
    ByteBuffer buffer = ClassicRowBuilder.encode(objects, descs, schema.version());
    return buffer.array();
  }
}
