package io.holdfast.tablet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyTableTest {
  private final Arena arena = new Arena(ChunkPool.unlimited());
  private final KeyTable keys = new KeyTable(arena, new VersionBlocks(arena));

  private static byte[] key(int number) {
    return ("key" + number).getBytes(StandardCharsets.UTF_8);
  }

  private List<String> walk() {
    List<String> met = new ArrayList<>();
    for (KeyEntry entry = keys.first(); entry != null; entry = keys.after(entry)) {
      met.add(new String(entry.key(), StandardCharsets.UTF_8));
    }
    return met;
  }

  /** A walk over all keys after each of many sizes, so that some come amid the table's growing. */
  @Test
  void orderStaysWhileTheTableGrows() {
    List<String> before = List.of();
    for (int i = 0; i < 5_000; i++) {
      keys.findOrAdd(key(i), 0, 0);
      if (i % 37 == 0) {
        List<String> now = walk();
        assertThat(now).hasSize(i + 1).doesNotHaveDuplicates();
        List<String> known = new ArrayList<>(now);
        known.retainAll(new HashSet<>(before));
        assertThat(known).isEqualTo(before);
        before = now;
      }
    }
  }

  @Test
  void findsWhatIsThereAndGivesAllMemoryBack() {
    Random random = new Random(3);
    Set<Integer> there = new HashSet<>();
    for (int i = 0; i < 40_000; i++) {
      int number = random.nextInt(8_000);
      if (random.nextInt(5) < 3) {
        keys.findOrAdd(key(number), 0, 0);
        there.add(number);
      } else if (there.remove(number)) {
        keys.remove(keys.find(key(number)));
      }
      assertThat(keys.find(key(number)) != null).isEqualTo(there.contains(number));
      assertThat(keys.size()).isEqualTo(there.size());
    }
    List<Integer> all = new ArrayList<>(there);
    Collections.shuffle(all, random);
    for (int number : all) {
      assertThat(keys.ceiling(key(number)).key()).isEqualTo(key(number));
      keys.remove(keys.find(key(number)));
    }
    assertThat(keys.first()).isNull();
    keys.close();
    assertThat(arena.usedBytes()).isZero();
  }
}
