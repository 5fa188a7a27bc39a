package io.holdfast.protocol.meta;

import com.fasterxml.jackson.core.JsonGenerator;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.AddedIndex;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.TtlPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A table's alterations as they stand in its record. Lists that are empty are left out. */
final class AlterationsText {
  private AlterationsText() {}

  static void write(JsonGenerator out, Alterations alterations) throws IOException {
    out.writeStartObject();
    out.writeNumberField("version", alterations.version());
    if (!alterations.ttls().isEmpty()) {
      out.writeArrayFieldStart("ttls");
      for (Map.Entry<Integer, TtlPolicy> ttl : alterations.ttls().entrySet()) {
        out.writeStartObject();
        out.writeNumberField("index", ttl.getKey());
        writeTtl(out, ttl.getValue());
        out.writeEndObject();
      }
      out.writeEndArray();
    }
    if (!alterations.deleted().isEmpty()) {
      writeList(out, "deletedIndexes", alterations.deleted());
    }
    if (!alterations.columns().isEmpty()) {
      out.writeArrayFieldStart("addedColumns");
      for (AddedColumn column : alterations.columns()) {
        out.writeStartObject();
        out.writeStringField("name", column.name());
        out.writeNumberField("type", column.dataType());
        out.writeEndObject();
      }
      out.writeEndArray();
    }
    if (!alterations.indexes().isEmpty()) {
      out.writeArrayFieldStart("addedIndexes");
      for (AddedIndex index : alterations.indexes()) {
        write(out, index);
      }
      out.writeEndArray();
    }
    if (alterations.truncations() > 0) {
      out.writeNumberField("truncations", alterations.truncations());
    }
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, AddedIndex index) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", index.name());
    out.writeNumberField("position", index.position());
    writeList(out, "keyColumns", index.keyColumns());
    if (index.tsColumn() >= 0) {
      out.writeNumberField("tsColumn", index.tsColumn());
    }
    writeTtl(out, index.ttl());
    out.writeNumberField("since", index.since());
    out.writeNumberField("filled", index.filled() ? 1 : 0);
    out.writeEndObject();
  }

  private static void writeTtl(JsonGenerator out, TtlPolicy ttl) throws IOException {
    out.writeStringField("kind", MetaText.ttlKind(ttl.kind()));
    out.writeNumberField("maxAgeMillis", ttl.maxAgeMillis());
    out.writeNumberField("maxVersions", ttl.maxVersions());
  }

  private static void writeList(JsonGenerator out, String name, Iterable<Integer> numbers)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (int number : numbers) {
      out.writeNumber(number);
    }
    out.writeEndArray();
  }

  /**
   * Reads what {@link #write} has written.
   *
   * @throws IllegalArgumentException when it is anything else
   */
  static Alterations read(JsonFields in) {
    SortedMap<Integer, TtlPolicy> ttls = new TreeMap<>();
    for (JsonFields ttl : in.listOrEmpty("ttls", JsonFields.class)) {
      int index = ttl.integer("index", 0);
      if (ttls.put(index, ttl(ttl)) != null) {
        throw in.error("two ages for index " + index);
      }
      ttl.end();
    }
    List<AddedColumn> columns = new ArrayList<>();
    for (JsonFields column : in.listOrEmpty("addedColumns", JsonFields.class)) {
      columns.add(new AddedColumn(column.text("name"), column.integer("type", 0)));
      column.end();
    }
    List<AddedIndex> indexes = new ArrayList<>();
    for (JsonFields index : in.listOrEmpty("addedIndexes", JsonFields.class)) {
      indexes.add(index(index));
      index.end();
    }
    Alterations read =
        new Alterations(
            in.integer("version", 1),
            ttls,
            new TreeSet<>(in.integersOrEmpty("deletedIndexes")),
            columns,
            indexes,
            in.has("truncations") ? in.integer("truncations", 1) : 0);
    in.end();
    return read;
  }

  private static TtlPolicy ttl(JsonFields in) {
    return new TtlPolicy(
        MetaText.parse(in.text("kind"), TtlPolicy.Kind.values(), MetaText::ttlKind),
        in.number("maxAgeMillis", 0),
        in.number("maxVersions", 0));
  }

  private static AddedIndex index(JsonFields in) {
    int filled = in.integer("filled", 0);
    if (filled > 1) {
      throw in.error("filled must be 0 or 1: " + filled);
    }
    return new AddedIndex(
        in.text("name"),
        in.integer("position", 0),
        in.integersOrEmpty("keyColumns"),
        in.has("tsColumn") ? in.integer("tsColumn", 0) : -1,
        ttl(in),
        in.integer("since", 1),
        filled == 1);
  }
}
