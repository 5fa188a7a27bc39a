package io.holdfast.tablet.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.log.WriteOp;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.TableSchema;
import org.junit.jupiter.api.Test;

class WriteOpCodecTest {
  private final TableSchema schema = EngineFixture.schema(TTLType.kAbsoluteTime, 0, 0);
  private final WriteOpCodec codec = new WriteOpCodec(schema);

  /** A put carries the canonical row, its keys and the leader's time. */
  @Test
  void encodesPuts() throws Exception {
    PutRequest request = EngineFixture.put(schema, "a", "b", 5L, 1, 7, 0, 2).build();
    byte[] padded = request.getValue().toByteArray();
    padded[6] |= (byte) 0xf0;
    WriteOp op =
        WriteOp.parseFrom(
            codec.encode(request.toBuilder().setValue(ByteString.copyFrom(padded)).build(), 99));
    assertThat(op.getLeaderMillis()).isEqualTo(99);
    assertThat(op.getPut().getValue()).isEqualTo(request.getValue());
    assertThat(op.getPut().getKeysList())
        .extracting(k -> k.getKey().toStringUtf8())
        .containsExactly("a", "a|b");
  }

  /** What does not fit the table is refused before it is in the log, with a code and in words. */
  @Test
  void refusesWrongPuts() throws Exception {
    PutRequest good = EngineFixture.put(schema, "a", "b", 5L, 1, 7, 0).build();
    refused(307, "put has no dimensions", good.toBuilder().clearDimensions());
    refused(
        108,
        "no index at position 3",
        good.toBuilder().addDimensions(EngineFixture.dimension(3, "a")));
    // Of two who have not heard of each other's indexes one has to wait, and one to learn.
    refused(
        104,
        "the index is being added",
        good.toBuilder().setKnownIndexes(4).addDimensions(EngineFixture.dimension(3, "a")));
    refused(1222, "it has 3, the client knows 2", good.toBuilder().setKnownIndexes(2));
    refused(
        307,
        "put has two keys for index a",
        good.toBuilder().addDimensions(EngineFixture.dimension(0, "a")));
    refused(
        307,
        "row does not fit the table: row is too short",
        good.toBuilder().setValue(ByteString.copyFrom(new byte[] {1, 1, 9, 0, 0, 0, 0, 0, 0})));
    refused(
        307,
        "row does not fit the table: row says",
        good.toBuilder().setValue(good.getValue().concat(ByteString.copyFromUtf8("x"))));
    refused(307, "ts column ts is NULL", EngineFixture.put(schema, "a", "b", null, 1, 7, 0));
    refused(307, "ts must be greater", EngineFixture.put(schema, "a", "b", 0L, 1, 7, 0));
    refused(307, "ts must be greater", EngineFixture.put(schema, "a", "b", 5L, 1, 0, 2));
    refused(701, "check_exists", good.toBuilder().setCheckExists(true));
    refused(
        307,
        "bytes, at most 4194304 fit",
        EngineFixture.put(schema, "a".repeat(4 << 20), "b", 5L, 1, 7, 1));
    refused(
        307,
        "key of index a has 0 bytes",
        good.toBuilder().clearDimensions().addDimensions(EngineFixture.dimension(0, "")));
  }

  private void refused(int code, String message, PutRequest.Builder request) {
    assertThatThrownBy(() -> codec.encode(request.build(), 1))
        .isInstanceOfSatisfying(
            WriteRefusedException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  /** A row with a column that the table may be getting comes back later; no other ever fits. */
  @Test
  void putsOfLaterVersionsMayBeRepeated() throws Exception {
    Alterations one = Alterations.NONE.with(new AddedColumn("c", DataType.kString.getNumber()));
    TableSchema altered = schema.with(one);
    PutRequest later = EngineFixture.put(altered, "a", "b", 5L, 1, 7, 0).build();
    refused(104, "row has schema version 2, not 1 to 1", later.toBuilder());
    WriteOp op = WriteOp.parseFrom(new WriteOpCodec(altered).encode(later, 1));
    assertThat(op.getPut().getValue()).isEqualTo(later.getValue());
    PutRequest earlier = EngineFixture.put(schema, "a", "b", 5L, 1, 7, 0).build();
    op = WriteOp.parseFrom(new WriteOpCodec(altered).encode(earlier, 1));
    assertThat(op.getPut().getValue()).isEqualTo(earlier.getValue());
    byte[] never = later.getValue().toByteArray();
    never[1] = 65;
    refused(
        307, "row has schema version 65", later.toBuilder().setValue(ByteString.copyFrom(never)));
  }

  /** Deletes name keys, an index, or a ts column; anything else is refused. */
  @Test
  void encodesDeletes() throws Exception {
    WriteOp op =
        WriteOp.parseFrom(
            codec.encode(
                DeleteRequest.newBuilder().setKey("k").setIdxName("b").setTs(9).build(), 1));
    assertThat(op.getDelete().getKeys(0).getIndex()).isEqualTo(1);
    assertThat(op.getDelete().getNewestTs()).isEqualTo(9);
    assertThat(op.getDelete().hasOldestTs()).isFalse();
    op = WriteOp.parseFrom(codec.encode(DeleteRequest.newBuilder().setTsName("ts").build(), 1));
    assertThat(op.getDelete().getWholeIndexesList()).containsExactly(0, 1);
    refused(108, "idx name x not found", DeleteRequest.newBuilder().setKey("k").setIdxName("x"));
    refused(307, "no index has the ts column", DeleteRequest.newBuilder().setTsName("n"));
    refused(307, "is not the time of index ab", EngineFixture.delete(2, "a|b").setTsName("ts"));
    refused(
        307, "ts must be greater than end_ts", EngineFixture.delete(0, "a").setTs(5).setEndTs(5));
  }

  private void refused(int code, String message, DeleteRequest.Builder request) {
    assertThatThrownBy(() -> codec.encode(request.build(), 1))
        .isInstanceOfSatisfying(
            WriteRefusedException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }
}
