package io.holdfast.tablet.partition;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import java.io.UncheckedIOException;

/** Where the rows of tables are. Stateless. */
public final class StorageModes {
  private StorageModes() {}

  /** As the table was made. */
  public static StorageMode of(TableSpec table) {
    try {
      return TableInfo.parseFrom(table.definition()).getStorageMode();
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException("the definition of " + table + " cannot be read", e);
    }
  }

  /** Whether the rows are on disk: on one of any kind. */
  static boolean isOnDisk(TableSpec table) {
    StorageMode mode = of(table);
    return mode == StorageMode.kSSD || mode == StorageMode.kHDD;
  }
}
