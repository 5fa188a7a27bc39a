package io.holdfast.protocol.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com._4paradigm.openmldb.common.codec.ClassicRowBuilder;
import com._4paradigm.openmldb.proto.Common;
import com._4paradigm.openmldb.proto.Type;
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

  /** OpenMLDB's own encoder makes the same bytes, but for the unused bits of the bitmap. */
  @ParameterizedTest
  @ValueSource(ints = {5, 100, 30_000})
  void agreesWithTheOriginal(int longestString) throws Exception {
    Random random = new Random(longestString + 1);
    for (int i = 0; i < 100; i++) {
      TableSchema schema = RowFixture.randomSchema(random);
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
      TableSchema schema = RowFixture.randomSchema(random);
      List<Object> values =
          RowFixture.randomValues(schema, random, random.nextBoolean() ? 10 : 300);
      byte[] row = new RowEncoder(schema).encode(values);
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
        for (int column = 0; column < values.size(); column++) {
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
    ByteBuffer buffer = ClassicRowBuilder.encode(objects, descs, 1);
    return buffer.array();
  }
}
