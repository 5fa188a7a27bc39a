package io.holdfast.tablet.binlog;

import io.holdfast.protocol.log.WriteOp;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.tablet.storage.BenchRows;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A record of the log with a row of 100 bytes, to its bytes and back. What cannot be avoided stands
 * beside it: a checksum over the bytes and a copy of them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class RecordBenchmark {
  private final byte[] payload = new BenchRows(1).payload(BenchRows.key(1), BenchRows.FIRST_MILLIS);
  private final LogRecord record =
      new LogRecord(7, 1_000_000, LogRecord.Type.WRITE, new SessionId(1, 2), 3, payload);
  private final ByteBuffer encoded = ByteBuffer.allocateDirect(64 << 10);
  private final ByteBuffer copy = ByteBuffer.allocateDirect(64 << 10);

  /** Encodes one for the others. */
  public RecordBenchmark() {
    int unused = put(encoded);
  }

  private int put(ByteBuffer out) {
    out.clear();
    int crc = RecordFormat.putHeader(out, record, 999_000, 5);
    out.put(payload);
    return crc;
  }

  /** The bytes of a record. */
  @Benchmark
  public int encode() {
    return put(copy);
  }

  /** A record of its bytes, its checksum looked at. */
  @Benchmark
  public StoredRecord decode() throws DamagedRecordException {
    return RecordFormat.parse(encoded, 0);
  }

  /** Checksum and copy. */
  @Benchmark
  public long bareChecksumAndCopy() {
    int bytes = RecordFormat.totalBytes(payload.length);
    CRC32C crc = new CRC32C();
    crc.update(encoded.duplicate().clear().limit(bytes));
    copy.put(0, encoded, 0, bytes);
    return crc.getValue();
  }

  /** The write in a record, as every replica parses it before it is applied. */
  @Benchmark
  public WriteOp parseWrite() throws Exception {
    return WriteOp.parseFrom(payload);
  }
}
