package io.holdfast.architecture.planted.tablet.rpc;

import org.rocksdb.RocksDB;

/** Wrong on purpose: RocksDB outside of the storage engines. */
public final class UsesRocksDb {
  RocksDB database;
}
