package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.Reply;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Column types as words of a command. */
final class ColumnWords {
  private static final Map<String, DataType> TYPES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("bool", DataType.kBool),
              Map.entry("smallint", DataType.kSmallInt),
              Map.entry("int16", DataType.kSmallInt),
              Map.entry("uint16", DataType.kSmallInt),
              Map.entry("int", DataType.kInt),
              Map.entry("int32", DataType.kInt),
              Map.entry("uint32", DataType.kInt),
              Map.entry("bigint", DataType.kBigInt),
              Map.entry("int64", DataType.kBigInt),
              Map.entry("uint64", DataType.kBigInt),
              Map.entry("float", DataType.kFloat),
              Map.entry("double", DataType.kDouble),
              Map.entry("varchar", DataType.kVarchar),
              Map.entry("string", DataType.kString),
              Map.entry("date", DataType.kDate),
              Map.entry("timestamp", DataType.kTimestamp)));

  private ColumnWords() {}

  static Optional<DataType> type(String word) {
    return Optional.ofNullable(TYPES.get(word));
  }

  static Reply noType(String word) {
    return Reply.failed(
        ExitCode.USAGE,
        "type " + word + " is invalid",
        "the types are " + String.join(", ", TYPES.keySet()));
  }
}
