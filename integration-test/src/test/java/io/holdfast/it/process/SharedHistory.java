package io.holdfast.it.process;

import io.holdfast.client.row.WireRowCodec;
import io.holdfast.testkit.check.RegisterOp;
import io.holdfast.testkit.check.VersionedOp;
import io.holdfast.testkit.check.VersionedOp.Kind;
import io.holdfast.testkit.check.VersionedOp.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What all clients of a run saw. Thread-safe. */
final class SharedHistory {
  private final WireRowCodec codec = new WireRowCodec();
  private final int partitions;
  private final List<VersionedOp> operations = new ArrayList<>();
  private final List<Long> keys = new ArrayList<>();

  SharedHistory(int partitions) {
    this.partitions = partitions;
  }

  /** A register's name in the table. */
  static String name(long key) {
    return "register-" + key;
  }

  int partitionOf(long key) {
    return codec.partition(name(key), partitions);
  }

  synchronized void newRegister(long key) {
    keys.add(key);
  }

  synchronized long anyRegister(int choice) {
    return keys.get(Math.floorMod(choice, keys.size()));
  }

  synchronized List<Long> allRegisters() {
    return List.copyOf(keys);
  }

  synchronized void add(VersionedOp operation) {
    operations.add(operation);
    notifyAll();
  }

  /** Waits until so many more operations were answered, however long the cluster needs for them. */
  synchronized void awaitMore(int count) throws InterruptedException {
    long wanted = count(Outcome.OK) + count;
    while (count(Outcome.OK) < wanted) {
      wait();
    }
  }

  synchronized long count(Outcome outcome) {
    return operations.stream().filter(op -> op.outcome() == outcome).count();
  }

  synchronized List<VersionedOp> ofPartition(int pid) {
    return operations.stream().filter(op -> partitionOf(op.key()) == pid).toList();
  }

  /** For each register what must be linearizable: its writes, and the reads that promise it. */
  synchronized Map<Long, List<RegisterOp>> registers() {
    Map<Long, List<RegisterOp>> registers = new TreeMap<>();
    for (VersionedOp op : operations) {
      boolean write = op.kind() == Kind.WRITE;
      if (op.outcome() != Outcome.FAILED && (write || op.kind() == Kind.READ_LATEST)) {
        registers
            .computeIfAbsent(op.key(), key -> new ArrayList<>())
            .add(new RegisterOp(write, op.value(), op.invokedAt(), op.returnedAt()));
      }
    }
    return registers;
  }
}
