package io.holdfast.tablet.storage;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.log.PutOp;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/**
 * A map of the JDK with a sorted map of versions for each key, all on the heap. No rules, no other
 * indexes, no snapshots: what the engine's work beyond maps costs.
 */
final class MapStore implements BenchStore {
  private final Map<ByteString, ConcurrentSkipListMap<Long, byte[]>> keys = new HashMap<>();
  private long offset;

  @Override
  public void put(byte[] payload) {
    PutOp put = WriteRules.parse(++offset, payload).getPut();
    keys.computeIfAbsent(put.getKeys(0).getKey(), key -> new ConcurrentSkipListMap<>())
        .put(put.getTime(), put.getValue().toByteArray());
  }

  @Override
  public void newest(byte[] key, ByteBuffer answer) {
    ConcurrentSkipListMap<Long, byte[]> versions = keys.get(ByteString.copyFrom(key));
    if (versions != null) {
      answer.put(versions.lastEntry().getValue());
    }
  }

  @Override
  public void scan(byte[] key, int rows, ByteBuffer answer) {
    ConcurrentSkipListMap<Long, byte[]> versions = keys.get(ByteString.copyFrom(key));
    if (versions != null) {
      Iterator<byte[]> newestFirst = versions.descendingMap().values().iterator();
      for (int i = 0; i < rows && newestFirst.hasNext(); i++) {
        answer.put(newestFirst.next());
      }
    }
  }

  @Override
  public long collect(long nowMillis) {
    long oldest = nowMillis - TimeUnit.MINUTES.toMillis(BenchRows.TTL_MINUTES);
    long removed = 0;
    Iterator<ConcurrentSkipListMap<Long, byte[]>> all = keys.values().iterator();
    while (all.hasNext()) {
      ConcurrentSkipListMap<Long, byte[]> versions = all.next();
      while (!versions.isEmpty() && versions.firstKey() < oldest) {
        var unused = versions.pollFirstEntry();
        removed++;
      }
      if (versions.isEmpty()) {
        all.remove();
      }
    }
    return removed;
  }

  @Override
  public long nativeBytes() {
    return 0;
  }

  @Override
  public void close() {
    keys.clear();
  }
}
