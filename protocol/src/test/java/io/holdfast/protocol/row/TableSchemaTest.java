package io.holdfast.protocol.row;

import static io.holdfast.protocol.row.RowFixture.column;
import static io.holdfast.protocol.row.RowFixture.index;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.common.VersionPair;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.openmldb.type.TTLType;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableSchemaTest {
  private static final TableOptions OPTIONS =
      new TableOptions(1, AckMode.ALL, 1, ReadMode.LEADER, Durability.FSYNC, 0);

  private static final List<ColumnDesc> COLUMNS =
      List.of(
          column("id", DataType.kVarchar),
          column("n", DataType.kInt),
          column("d", DataType.kDate),
          column("ok", DataType.kBool),
          column("ts", DataType.kTimestamp),
          column("score", DataType.kDouble));

  /** A definition becomes columns and indexes with positions; a deleted index keeps its place. */
  @Test
  void readsADefinition() throws Exception {
    TTLSt ttl = TTLSt.newBuilder().setTtlType(TTLType.kAbsOrLat).setAbsTtl(10).setLatTtl(3).build();
    TableInfo info =
        TableInfo.newBuilder()
            .setName("t")
            .addAllColumnDesc(COLUMNS)
            .addColumnKey(index("gone", "", "n").toBuilder().setFlag(1))
            .addColumnKey(index("by_id", "ts", "id", "n").toBuilder().setTtl(ttl))
            .addColumnKey(index("id", ""))
            .build();
    TableSchema schema = TableSchema.of(info);
    assertThat(schema.columnPosition("ts")).isEqualTo(4);
    assertThat(schema.columnPosition("none")).isEqualTo(-1);
    assertThat(schema.indexes()).hasSize(3);
    assertThat(schema.index("gone")).isEmpty();
    assertThat(schema.index(0)).isEmpty();
    assertThat(schema.index(3)).isEmpty();
    IndexDef byId = schema.index("by_id").orElseThrow();
    assertThat(schema.firstIndex()).isSameAs(byId);
    assertThat(byId.position()).isEqualTo(1);
    assertThat(byId.keyColumns()).containsExactly(0, 1);
    assertThat(byId.tsColumn()).isEqualTo(4);
    assertThat(byId.ttl()).isEqualTo(new TtlPolicy(TtlPolicy.Kind.ABSOLUTE_OR_LATEST, 600_000, 3));
    assertThat(TtlCodec.encode(byId.ttl())).isEqualTo(ttl);
    assertThat(schema.index(2).orElseThrow().keyColumns()).containsExactly(0);
  }

  /** Columns that were added come behind the others, however the schema hears of them. */
  @Test
  void addsColumns() throws Exception {
    TableInfo.Builder info =
        TableInfo.newBuilder().setName("t").addAllColumnDesc(COLUMNS).addColumnKey(index("id", ""));
    TableSpec table = new TableSpec(1, "db", "t", 1, OPTIONS, info.build().toByteArray());
    Alterations alterations = Alterations.NONE;
    for (int i = 1; i <= TableSchema.MAX_ADDED_COLUMNS; i++) {
      alterations = alterations.with(new AddedColumn("a" + i, DataType.kFloat.getNumber()));
    }
    TableInfo altered = AlterationsCodec.altered(table, alterations).build();
    assertThat(altered.getColumnDescList()).isEqualTo(COLUMNS);
    assertThat(altered.getAddedColumnDesc(0)).isEqualTo(column("a1", DataType.kFloat));
    // As OpenMLDB counts: the version of the definition is not in the list.
    assertThat(altered.getSchemaVersionsCount()).isEqualTo(63);
    assertThat(altered.getSchemaVersions(0))
        .isEqualTo(VersionPair.newBuilder().setId(2).setFieldCount(7).build());
    TableSchema schema = TableSchema.of(altered);
    assertThat(schema.version()).isEqualTo(64);
    assertThat(schema.columnPosition("a63")).isEqualTo(68);
    assertThat(schema.columns().get(68)).isEqualTo(new Column("a63", ColumnType.FLOAT, false));
    TableSchema defined = TableSchema.of(info.build());
    assertThat(defined.version()).isEqualTo(1);
    assertThat(defined.with(alterations).columns()).isEqualTo(schema.columns());
    for (AddedColumn wrong :
        List.of(
            new AddedColumn("score", DataType.kFloat.getNumber()),
            new AddedColumn("x", DataType.kArray.getNumber()),
            new AddedColumn("x", 77))) {
      assertThatThrownBy(() -> defined.with(Alterations.NONE.with(wrong)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("there can be no column like");
    }
    Alterations tooMany = alterations.with(new AddedColumn("a64", DataType.kInt.getNumber()));
    assertThatThrownBy(() -> defined.with(tooMany)).hasMessage("more than 63 added columns");
  }

  /** What cannot be a table is refused in OpenMLDB's words. */
  @Test
  void refusesWrongDefinitions() {
    refused("no index", COLUMNS);
    refused("no index", COLUMNS, index("i", "", "id").toBuilder().setFlag(1).build());
    refused("not set index_name in column_key", COLUMNS, index("", "", "id"));
    refused("duplicate index_name i", COLUMNS, index("i", "", "id"), index("i", "", "n"));
    refused("column :x is not member of columns", COLUMNS, index("i", "", "x"));
    refused("float or double column can not be index", COLUMNS, index("i", "", "score"));
    refused("duplicate column_key", COLUMNS, index("i", "ts", "id"), index("j", "ts", "id"));
    refused("invalid ts_name x", COLUMNS, index("i", "x", "id"));
    refused("invalid ts type ts_name n", COLUMNS, index("i", "n", "id"));
    refused(
        "check column_desc name failed. name is a",
        List.of(column("a", DataType.kInt), column("a", DataType.kInt)),
        index("i", "", "a"));
    refused("type kArray is invalid", List.of(column("a", DataType.kArray)), index("i", "", "a"));
    TTLSt tooOld = TTLSt.newBuilder().setAbsTtl(15_768_001).build();
    refused(
        "ttl is greater than conf value. max ttl is 15768000",
        COLUMNS,
        index("i", "", "id").toBuilder().setTtl(tooOld).build());
  }

  private static void refused(String message, List<ColumnDesc> columns, ColumnKey... keys) {
    assertThatThrownBy(() -> TableSchema.of(columns, List.of(keys)))
        .isInstanceOf(SchemaException.class)
        .hasMessage(message);
  }

  /** A row's key is the texts of its columns, with words for NULL and the empty string. */
  @Test
  void makesKeys() throws Exception {
    TableSchema schema =
        TableSchema.of(COLUMNS, List.of(index("all", "ts", "id", "n", "d", "ok", "ts")));
    RowEncoder encoder = new RowEncoder(schema);
    IndexDef index = schema.firstIndex();
    byte[] row = encoder.encode(Arrays.asList("é", -5, LocalDate.of(1900, 1, 2), true, 77L, 0.5));
    assertThat(key(schema, index, row)).isEqualTo("é|-5|2|true|77");
    row = encoder.encode(Arrays.asList("", null, null, false, 0L, null));
    assertThat(key(schema, index, row)).isEqualTo("!@#$%|!N@U#L$L%|!N@U#L$L%|false|0");
    assertThat(KeyCodec.join(Arrays.asList("", null, "x"))).isEqualTo("!@#$%|!N@U#L$L%|x");
  }

  private static String key(TableSchema schema, IndexDef index, byte[] row) throws Exception {
    byte[] key = KeyCodec.key(schema, index, RowView.of(schema, row));
    return new String(key, StandardCharsets.UTF_8);
  }

  /** Hashes and partitions are those of an independent program for the same keys. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          "", -7207201254813729732, 4
          "a", 584566915021039271, 7
          "key1", -4010863117771081158, 6
          "12345678", 1123327355903392148, 4
          "a longer key|with parts|!N@U#L$L%", -2306065706166569181, 5
          "ключ", 6534844190400057946, 2
          """)
  void choosesPartitions(String key, long hash, int partitionOfEight) {
    assertThat(PartitionHash.hash(key.getBytes(StandardCharsets.UTF_8))).isEqualTo(hash);
    assertThat(PartitionHash.partition(key, 8)).isEqualTo(partitionOfEight);
    assertThat(PartitionHash.partition(key, 1)).isZero();
  }

  /** Texts of values are read and written as an operator expects. */
  @Test
  void readsAndWritesTexts() throws Exception {
    assertThat(ValueText.parse(ColumnType.BOOL, "True")).isEqualTo(true);
    assertThat(ValueText.parse(ColumnType.SMALLINT, "-7")).isEqualTo((short) -7);
    assertThat(ValueText.parse(ColumnType.TIMESTAMP, "1700000000000"))
        .isEqualTo(1_700_000_000_000L);
    assertThat(ValueText.parse(ColumnType.DATE, "2024-2-29")).isEqualTo(LocalDate.of(2024, 2, 29));
    assertThat(ValueText.parse(ColumnType.STRING, "")).isEqualTo("");
    assertThat(ValueText.parse(ColumnType.INT, "NULL")).isNull();
    assertThat(ValueText.format(1.5f)).isEqualTo("1.500000");
    assertThat(ValueText.format(LocalDate.of(2024, 2, 9))).isEqualTo("2024-02-09");
    assertThat(ValueText.format(null)).isEqualTo("-");
    for (String[] wrong :
        new String[][] {
          {"BOOL", "1"},
          {"SMALLINT", "40000"},
          {"INT", "x"},
          {"DATE", "2023-02-29"},
          {"DATE", "yesterday"},
          {"DOUBLE", ""}
        }) {
      assertThatThrownBy(() -> ValueText.parse(ColumnType.valueOf(wrong[0]), wrong[1]))
          .isInstanceOf(RowFormatException.class)
          .hasMessageContaining("'" + wrong[1] + "' is not a ");
    }
  }
}
