package io.holdfast.tablet.storage;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.log.PutOp;
import io.holdfast.protocol.log.WriteOp;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * What all stores are given: a table with one index, keys of 16 bytes and rows of 100, whose text
 * does not repeat itself. Two with the same seed make the same rows. Single owner.
 */
public final class BenchRows {
  /** Length of a key. */
  public static final int KEY_BYTES = 16;

  /** Length of a row as it is stored. */
  public static final int ROW_BYTES = 100;

  /** The time of each key's first version; each later one is a millisecond newer. */
  public static final long FIRST_MILLIS = 1_700_000_000_000L;

  /** Versions are too old from this age on. */
  public static final long TTL_MINUTES = 60;

  /** A prime, so that keys come in an order that is not their own. */
  private static final long STRIDE = 7_919;

  private static final int TEXT_BYTES = 1 << 20;

  private final TableSchema schema;
  private final RowEncoder encoder;
  private final String text;
  private final int paddingLength;
  private final Random random;

  /**
   * @param seed of the rows' text
   */
  public BenchRows(long seed) {
    this.random = new Random(seed);
    StringBuilder letters = new StringBuilder(TEXT_BYTES);
    for (int i = 0; i < TEXT_BYTES; i++) {
      letters.append((char) ('a' + random.nextInt(26)));
    }
    this.text = letters.toString();
    try {
      this.schema =
          TableSchema.of(
              List.of(
                  ColumnDesc.newBuilder().setName("k").setDataType(DataType.kString).build(),
                  ColumnDesc.newBuilder().setName("v").setDataType(DataType.kString).build()),
              List.of(
                  ColumnKey.newBuilder()
                      .setIndexName("k")
                      .addColName("k")
                      .setTtl(
                          TTLSt.newBuilder()
                              .setTtlType(TTLType.kAbsoluteTime)
                              .setAbsTtl(TTL_MINUTES))
                      .build()));
    } catch (SchemaException e) {
      throw new IllegalStateException(e);
    }
    this.encoder = new RowEncoder(schema);
    this.paddingLength = ROW_BYTES - encode("0".repeat(KEY_BYTES), "").length;
  }

  /** The time at which the first versions of each key, so many, are too old and no other is. */
  public static long lastOf(int versions) {
    return FIRST_MILLIS + versions + TimeUnit.MINUTES.toMillis(TTL_MINUTES);
  }

  /** Of the table. */
  public TableSchema schema() {
    return schema;
  }

  /** The key with a number. */
  public static byte[] key(long number) {
    byte[] key = "key-000000000000".getBytes(StandardCharsets.US_ASCII);
    long rest = number;
    for (int i = KEY_BYTES - 1; rest > 0; i--) {
      key[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return key;
  }

  /**
   * The log's record of a put.
   *
   * @param nth of all puts, from 0: each key is put once before any is put again
   * @param keys how many there are
   */
  public byte[] payload(long nth, long keys) {
    return payload(key(nth % keys * STRIDE % keys), FIRST_MILLIS + nth / keys);
  }

  /** The log's record of a put of this key at this time. */
  public byte[] payload(byte[] key, long millis) {
    int from = random.nextInt(TEXT_BYTES - paddingLength);
    byte[] row =
        encode(
            new String(key, StandardCharsets.US_ASCII), text.substring(from, from + paddingLength));
    return WriteOp.newBuilder()
        .setLeaderMillis(millis)
        .setPut(
            PutOp.newBuilder()
                .setTime(millis)
                .setValue(ByteString.copyFrom(row))
                .addKeys(IndexKey.newBuilder().setIndex(0).setKey(ByteString.copyFrom(key))))
        .build()
        .toByteArray();
  }

  private byte[] encode(String key, String padding) {
    try {
      return encoder.encode(List.of(key, padding));
    } catch (RowFormatException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Keys to ask for, at random. */
  public static byte[][] asked(int count, int keys) {
    Random random = new Random(1);
    byte[][] asked = new byte[count][];
    for (int i = 0; i < count; i++) {
      asked[i] = key(random.nextInt(keys));
    }
    return asked;
  }
}
