package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code create name ttl partition_num replica_num [name:type[:index] ...]}. */
final class InlineTable {
  private InlineTable() {}

  /** What is wrong with the words, in a text that operators know. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  static TableInfo read(List<String> words) throws Malformed {
    TTLSt ttl;
    int partitions;
    int replicas;
    try {
      Optional<TTLSt> parsed = Ttl.parse(words.get(2));
      if (parsed.isEmpty()) {
        throw new Malformed("invalid ttl type");
      }
      ttl = parsed.get();
      partitions = Numbers.unsigned32(words.get(3));
      replicas = Numbers.unsigned32(words.get(4));
    } catch (NumberFormatException e) {
      throw new Malformed("Invalid args. pid should be uint32_t");
    }
    if (partitions == 0) {
      throw new Malformed("partition_num should be large than zero");
    }
    if (replicas == 0) {
      throw new Malformed("replica_num should be large than zero");
    }
    TableInfo.Builder table =
        TableInfo.newBuilder()
            .setName(words.get(1))
            .setPartitionNum(partitions)
            .setReplicaNum(replicas);
    addColumns(table, words.subList(5, words.size()), ttl);
    return table.build();
  }

  private static void addColumns(TableInfo.Builder table, List<String> words, TTLSt ttl)
      throws Malformed {
    Set<String> names = new HashSet<>();
    for (String word : words) {
      String[] parts = word.split(":", -1);
      boolean index = parts.length == 3;
      if (parts.length < 2 || parts.length > 3 || (index && !parts[2].equals("index"))) {
        throw new Malformed("create failed! schema format is illegal");
      }
      String name = parts[0];
      if (!names.add(name)) {
        throw new Malformed("Duplicated column " + name);
      }
      DataType type = ColumnWords.type(parts[1]).orElse(null);
      if (type == null) {
        throw new Malformed("type " + parts[1] + " is invalid");
      }
      if (index && (type == DataType.kFloat || type == DataType.kDouble)) {
        throw new Malformed("float or double column can not be index");
      }
      table.addColumnDesc(ColumnDesc.newBuilder().setName(name).setDataType(type));
      if (index) {
        table.addColumnKey(ColumnKey.newBuilder().setIndexName(name).addColName(name).setTtl(ttl));
      }
    }
    if (!names.isEmpty() && table.getColumnKeyCount() == 0) {
      throw new Malformed("create failed! schema has no index");
    }
  }
}
