package io.holdfast.tablet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is compared does the same: all stores answer as the memory engine does. */
class BenchStoresTest {
  private static final int KEYS = 300;
  private static final int VERSIONS = 12;
  private static final int OLD = 5;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {BenchStores.MAPS, BenchStores.CHRONICLE, BenchStores.DISK, BenchStores.ROCKSDB})
  void aStoreAnswersAsTheMemoryEngineDoes(String name) throws Exception {
    BenchRows rows = new BenchRows(1);
    try (BenchStore expected = BenchStores.make(BenchStores.MEMORY, rows, directory, KEYS);
        BenchStore store = BenchStores.make(name, rows, directory, KEYS)) {
      for (int i = 0; i < KEYS * VERSIONS; i++) {
        byte[] payload = rows.payload(i, KEYS);
        expected.put(payload);
        store.put(payload);
      }
      assertAlike(store, expected, VERSIONS);

      // A last version of one key, whose time is what makes the others too old.
      byte[] last = rows.payload(BenchRows.key(1), BenchRows.lastOf(OLD));
      expected.put(last);
      store.put(last);
      assertThat(expected.collect(BenchRows.lastOf(OLD))).isEqualTo(KEYS * OLD);
      assertThat(store.collect(BenchRows.lastOf(OLD))).isEqualTo(KEYS * OLD);
      assertAlike(store, expected, VERSIONS - OLD);
    }
  }

  private static void assertAlike(BenchStore store, BenchStore expected, int versions) {
    for (int i = 0; i < KEYS; i++) {
      byte[] key = BenchRows.key(i);
      assertThat(newest(store, key)).hasSize(BenchRows.ROW_BYTES).isEqualTo(newest(expected, key));
      byte[] scanned = scan(store, key, versions - 1);
      assertThat(scanned).hasSize((versions - 1) * BenchRows.ROW_BYTES);
      assertThat(scanned).isEqualTo(scan(expected, key, versions - 1));
      assertThat(scan(store, key, 100)).isEqualTo(scan(expected, key, 100));
    }
    assertThat(newest(store, BenchRows.key(KEYS))).isEmpty();
    assertThat(scan(store, BenchRows.key(KEYS), 10)).isEmpty();
  }

  private static byte[] newest(BenchStore store, byte[] key) {
    ByteBuffer answer = ByteBuffer.allocate(4096);
    store.newest(key, answer);
    return Arrays.copyOf(answer.array(), answer.position());
  }

  private static byte[] scan(BenchStore store, byte[] key, int rows) {
    ByteBuffer answer = ByteBuffer.allocate(4096);
    store.scan(key, rows, answer);
    return Arrays.copyOf(answer.array(), answer.position());
  }
}
