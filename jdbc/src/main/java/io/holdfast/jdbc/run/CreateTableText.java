package io.holdfast.jdbc.run;

import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.ast.Identifiers;
import io.holdfast.sql.ast.Literals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A table as the CREATE TABLE that would make one like it. Stateless. */
final class CreateTableText {
  private CreateTableText() {}

  static String of(TableInfo table) {
    List<String> lines = new ArrayList<>();
    for (ColumnDesc column : table.getColumnDescList()) {
      lines.add(column(column));
    }
    for (ColumnDesc column : table.getAddedColumnDescList()) {
      lines.add(column(column));
    }
    for (ColumnKey index : table.getColumnKeyList()) {
      if (index.getFlag() == 0) {
        lines.add(index(index));
      }
    }
    return "CREATE TABLE "
        + Identifiers.quoted(table.getName())
        + " (\n"
        + String.join(",\n", lines)
        + "\n) OPTIONS ("
        + String.join(", ", options(table))
        + ");";
  }

  private static List<String> options(TableInfo table) {
    List<String> options = new ArrayList<>();
    options.add("PARTITIONNUM=" + table.getPartitionNum());
    options.add("REPLICANUM=" + table.getReplicaNum());
    options.add("STORAGE_MODE='" + table.getStorageMode().name().replaceFirst("^k", "") + "'");
    options.add("COMPRESS_TYPE='" + table.getCompressType().name().replaceFirst("^k", "") + "'");
    if (!table.getAcks().isEmpty()) {
      options.add("ACKS='" + table.getAcks() + "'");
    }
    if (table.getMinInsync() > 0) {
      options.add("MIN_INSYNC=" + table.getMinInsync());
    }
    if (!table.getReadMode().isEmpty()) {
      options.add("READ_MODE='" + table.getReadMode() + "'");
    }
    if (!table.getDurability().isEmpty()) {
      options.add("DURABILITY='" + table.getDurability() + "'");
    }
    if (table.getWitnesses() > 0) {
      options.add("WITNESSES=" + table.getWitnesses());
    }
    return options;
  }

  private static String column(ColumnDesc column) {
    String type =
        ColumnType.of(column.getDataType())
            .map(known -> known.name().toLowerCase(Locale.ROOT))
            .orElse(column.getDataType().name());
    String preset =
        column.hasDefaultValue() ? " DEFAULT " + Literals.quoted(column.getDefaultValue()) : "";
    return "  "
        + Identifiers.quoted(column.getName())
        + " "
        + type
        + (column.getNotNull() ? " NOT NULL" : "")
        + preset;
  }

  private static String index(ColumnKey index) {
    List<String> columns =
        index.getColNameCount() == 0 ? List.of(index.getIndexName()) : index.getColNameList();
    String key = columns.stream().map(Identifiers::quoted).collect(Collectors.joining(", "));
    return "  INDEX "
        + Identifiers.quoted(index.getIndexName())
        + " (KEY="
        + (columns.size() == 1 ? key : "(" + key + ")")
        + (index.getTsName().isEmpty() ? "" : ", TS=" + Identifiers.quoted(index.getTsName()))
        + (index.hasTtl() ? ttl(index.getTtl()) : "")
        + ")";
  }

  private static String ttl(TTLSt ttl) {
    return switch (ttl.getTtlType()) {
      case kLatestTime -> ", TTL=" + ttl.getLatTtl() + ", TTL_TYPE=LATEST";
      case kAbsAndLat ->
          ", TTL=(" + ttl.getAbsTtl() + "m, " + ttl.getLatTtl() + "), TTL_TYPE=ABSANDLAT";
      case kAbsOrLat ->
          ", TTL=(" + ttl.getAbsTtl() + "m, " + ttl.getLatTtl() + "), TTL_TYPE=ABSORLAT";
      default -> ttl.getAbsTtl() == 0 ? "" : ", TTL=" + ttl.getAbsTtl() + "m";
    };
  }
}
