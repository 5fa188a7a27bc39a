package io.holdfast.it.process;

import io.holdfast.client.Bookmark;
import io.holdfast.client.GetResult;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.OutcomeUnknownException;
import io.holdfast.client.ReadKey;
import io.holdfast.client.ReadOptions;
import io.holdfast.client.Row;
import io.holdfast.client.TableClient;
import io.holdfast.client.WriteOptions;
import io.holdfast.testkit.check.VersionedOp;
import io.holdfast.testkit.check.VersionedOp.Kind;
import io.holdfast.testkit.check.VersionedOp.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Writes registers of its own, one operation after the other, and reads everybody's. A register
 * whose write has an unknown outcome is written no more: that write may still take effect, and then
 * the newest row of the register would not be the one with the highest version.
 */
final class RegisterClient {
  private static final int REGISTERS = 3;
  private static final long PAUSE_NANOS = 3_000_000;

  private final int number;
  private final TableClient table;
  private final SharedHistory history;
  private final SplittableRandom random;
  private final List<Long> own = new ArrayList<>();
  private long registers;
  private long writes;

  RegisterClient(int number, TableClient table, SharedHistory history) {
    this.number = number;
    this.table = table.withBookmark(new Bookmark());
    this.history = history;
    this.random = new SplittableRandom(number);
    while (own.size() < REGISTERS) {
      own.add(newRegister());
    }
  }

  private long newRegister() {
    long key = number + 100 * ++registers;
    history.newRegister(key);
    return key;
  }

  void workUntil(BooleanSupplier stopped) {
    while (!stopped.getAsBoolean()) {
      if (random.nextBoolean()) {
        write(random.nextInt(REGISTERS));
      } else {
        read(history.anyRegister(random.nextInt()), kind(random.nextInt(4)));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Every register once more, as it is in the end. */
  void readEverything() {
    history.allRegisters().forEach(key -> read(key, Kind.READ_LATEST));
  }

  private static Kind kind(int choice) {
    return switch (choice) {
      case 0 -> Kind.READ_SESSION;
      case 1 -> Kind.READ_ANY;
      default -> Kind.READ_LATEST;
    };
  }

  private void write(int which) {
    long key = own.get(which);
    long value = ((number + 1L) << 32) + ++writes;
    long begun = System.nanoTime();
    try {
      // The number grows with each write, and the newest row of a name is the one with the highest.
      Row row = Row.of(SharedHistory.name(key), writes, value);
      long version = table.put(row, WriteOptions.DEFAULT).versions().get(history.partitionOf(key));
      add(key, Kind.WRITE, Outcome.OK, value, version, begun, System.nanoTime());
    } catch (OutcomeUnknownException e) {
      add(key, Kind.WRITE, Outcome.UNKNOWN, value, 0, begun, Long.MAX_VALUE);
      own.set(which, newRegister());
    } catch (HoldfastException e) {
      add(key, Kind.WRITE, Outcome.FAILED, value, 0, begun, System.nanoTime());
    }
  }

  private void read(long key, Kind kind) {
    ReadOptions options =
        switch (kind) {
          case READ_SESSION -> ReadOptions.session();
          case READ_ANY -> ReadOptions.any();
          default -> ReadOptions.leader();
        };
    long begun = System.nanoTime();
    try {
      GetResult result = table.get(ReadKey.of(SharedHistory.name(key)), 0, options);
      long value = result.found() ? (Long) table.decode(result.row()).get(2) : 0;
      add(key, kind, Outcome.OK, value, result.version(), begun, System.nanoTime());
    } catch (HoldfastException e) {
      // A read that was not answered says nothing.
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void add(
      long key, Kind kind, Outcome outcome, long value, long version, long begun, long ended) {
    history.add(new VersionedOp(number, key, kind, outcome, value, version, begun, ended));
  }
}
