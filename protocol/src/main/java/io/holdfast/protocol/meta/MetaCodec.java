package io.holdfast.protocol.meta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.PartitionWishes;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Tables and partitions as they stand in ZooKeeper: JSON on one line, for people who look with
 * zkCli. See docs/formats/metadata.md. Strict: a record that is not exactly of the known format is
 * refused, because half of a truth about who leads is worse than none.
 */
public final class MetaCodec {
  /** The format of a record that says no more than the first version could say. */
  public static final int FORMAT = 1;

  /**
   * The format of a partition whose operators want something of it. A server of the first version
   * does not know wishes, and must not write the record without them.
   */
  static final int FORMAT_WITH_WISHES = 2;

  /** The format of a partition with a witness, which a server that knows none would elect. */
  static final int FORMAT_WITH_WITNESSES = 3;

  /** The format of a table with witnesses. */
  static final int TABLE_FORMAT_WITH_WITNESSES = 2;

  /** The format of a table that was altered, which an older server would show as it was. */
  static final int TABLE_FORMAT_ALTERED = 3;

  /** The format of a table with added columns or indexes, which an older server does not know. */
  static final int TABLE_FORMAT_WITH_ADDITIONS = 4;

  /** The format of a table that was truncated, which an older server would show with its rows. */
  static final int TABLE_FORMAT_WITH_TRUNCATIONS = 5;

  /** ZooKeeper refuses nodes of 1 MiB and tells so by closing the connection. */
  static final int MAX_RECORD_BYTES = 1_000_000;

  private static final JsonFactory FACTORY = new JsonFactory();

  /** Writes the fields of one record. */
  private interface Body {
    void write(JsonGenerator out) throws IOException;
  }

  private MetaCodec() {}

  /**
   * The record at {@code parts/<tid>/<pid>}.
   *
   * @throws IllegalArgumentException when a value is out of range
   */
  public static byte[] encodePartition(PartitionRecord partition) {
    byte[] json = writePartition(partition);
    checkReadable(partition, decodePartition(json));
    return json;
  }

  private static byte[] writePartition(PartitionRecord partition) {
    return encode(
        "partition " + partition.id(),
        format(partition),
        out -> {
          out.writeNumberField("tid", partition.id().tid());
          out.writeNumberField("pid", partition.id().pid());
          out.writeNumberField("term", partition.term());
          out.writeNumberField("version", partition.version());
          out.writeStringField("phase", MetaText.phase(partition.phase()));
          if (partition.leader() != null) {
            out.writeStringField("leader", partition.leader().endpoint());
          }
          out.writeStringField("leaderIncarnation", MetaText.hex(partition.leaderIncarnation()));
          writeCopies(out, "members", partition.members().members());
          out.writeArrayFieldStart("learners");
          for (NodeId learner : partition.learners()) {
            out.writeString(learner.endpoint());
          }
          out.writeEndArray();
          out.writeNumberField("waitMillis", partition.waitMillis());
          if (partition.lossTerm() != 0) {
            out.writeNumberField("lossTerm", partition.lossTerm());
          }
          writeWishes(out, partition.wishes());
          writeWished(out, "witnesses", partition.witnesses());
        });
  }

  private static int format(PartitionRecord partition) {
    if (!partition.witnesses().isEmpty()) {
      return FORMAT_WITH_WITNESSES;
    }
    return partition.wishes().isNone() ? FORMAT : FORMAT_WITH_WISHES;
  }

  /** What nobody wants is not mentioned. */
  private static void writeWishes(JsonGenerator out, PartitionWishes wishes) throws IOException {
    if (wishes.nextLeader() != null) {
      out.writeStringField("nextLeader", wishes.nextLeader().endpoint());
    }
    writeWished(out, "lasting", wishes.lasting());
    writeWished(out, "joining", wishes.joining());
    if (!wishes.leaving().isEmpty()) {
      writeCopies(out, "leaving", wishes.leaving());
    }
  }

  private static void writeCopies(JsonGenerator out, String name, List<Member> copies)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (Member copy : copies) {
      out.writeStartObject();
      out.writeStringField("tablet", copy.tablet().endpoint());
      out.writeStringField("uid", MetaText.uid(copy.uid()));
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void writeWished(JsonGenerator out, String name, List<NodeId> tablets)
      throws IOException {
    if (!tablets.isEmpty()) {
      out.writeArrayFieldStart(name);
      for (NodeId tablet : tablets) {
        out.writeString(tablet.endpoint());
      }
      out.writeEndArray();
    }
  }

  /**
   * Reads what {@link #encodePartition} has written.
   *
   * @throws IllegalArgumentException when it is anything else; the text says what is wrong
   */
  public static PartitionRecord decodePartition(byte[] json) {
    JsonFields in = open("partition record", FORMAT_WITH_WITNESSES, json);
    try {
      PartitionRecord partition = partition(in);
      in.end();
      return partition;
    } catch (IllegalArgumentException e) {
      throw named("partition record", e);
    }
  }

  private static PartitionRecord partition(JsonFields in) {
    String leader = in.textOrNull("leader");
    return new PartitionRecord(
        new PartitionId(in.integer("tid", 0), in.integer("pid", 0)),
        in.number("term", 0),
        in.number("version", 1),
        MetaText.parse(in.text("phase"), Phase.values(), MetaText::phase),
        leader == null ? null : new NodeId(leader),
        MetaText.parseHex(in.text("leaderIncarnation")),
        new MemberSet(copies(in.list("members", JsonFields.class))),
        in.list("learners", String.class).stream().map(NodeId::new).toList(),
        in.number("waitMillis", 0),
        in.has("lossTerm") ? in.number("lossTerm", 1) : 0,
        wishes(in),
        wished(in, "witnesses"));
  }

  private static PartitionWishes wishes(JsonFields in) {
    String nextLeader = in.textOrNull("nextLeader");
    return new PartitionWishes(
        nextLeader == null ? null : new NodeId(nextLeader),
        wished(in, "lasting"),
        wished(in, "joining"),
        copies(in.listOrEmpty("leaving", JsonFields.class)));
  }

  private static List<NodeId> wished(JsonFields in, String name) {
    return in.listOrEmpty(name, String.class).stream().map(NodeId::new).toList();
  }

  private static List<Member> copies(List<JsonFields> in) {
    List<Member> copies = new ArrayList<>();
    for (JsonFields fields : in) {
      NodeId tablet = new NodeId(fields.text("tablet"));
      copies.add(new Member(tablet, MetaText.parseUid(fields.text("uid"))));
      fields.end();
    }
    return copies;
  }

  /**
   * The record at {@code tables/<tid>}.
   *
   * @throws IllegalArgumentException when a value is out of range
   */
  public static byte[] encodeTable(TableSpec table) {
    byte[] json = writeTable(table);
    checkReadable(table, decodeTable(json));
    return json;
  }

  private static byte[] writeTable(TableSpec table) {
    TableOptions options = table.options();
    return encode(
        "table " + table,
        format(table),
        out -> {
          out.writeNumberField("tid", table.tid());
          out.writeStringField("db", table.db());
          out.writeStringField("name", table.name());
          out.writeNumberField("partitions", table.partitions());
          out.writeNumberField("replicas", options.replicas());
          out.writeStringField("acks", MetaText.acks(options.acks()));
          out.writeNumberField("minInsync", options.minInsync());
          out.writeStringField("reads", MetaText.reads(options.reads()));
          if (options.durability() != Durability.FSYNC) {
            out.writeStringField("durability", MetaText.durability(options.durability()));
          }
          if (options.witnesses() > 0) {
            out.writeNumberField("witnesses", options.witnesses());
          }
          out.writeStringField(
              "definition", Base64.getEncoder().encodeToString(table.definition()));
          if (!table.alterations().isNone()) {
            out.writeFieldName("altered");
            AlterationsText.write(out, table.alterations());
          }
        });
  }

  private static int format(TableSpec table) {
    Alterations alterations = table.alterations();
    if (alterations.truncations() > 0) {
      return TABLE_FORMAT_WITH_TRUNCATIONS;
    }
    if (!alterations.columns().isEmpty() || !alterations.indexes().isEmpty()) {
      return TABLE_FORMAT_WITH_ADDITIONS;
    }
    if (!alterations.isNone()) {
      return TABLE_FORMAT_ALTERED;
    }
    return table.options().witnesses() == 0 ? FORMAT : TABLE_FORMAT_WITH_WITNESSES;
  }

  /**
   * Reads what {@link #encodeTable} has written.
   *
   * @throws IllegalArgumentException when it is anything else; the text says what is wrong
   */
  public static TableSpec decodeTable(byte[] json) {
    JsonFields in = open("table record", TABLE_FORMAT_WITH_TRUNCATIONS, json);
    try {
      TableSpec table = table(in);
      in.end();
      return table;
    } catch (IllegalArgumentException e) {
      throw named("table record", e);
    }
  }

  private static TableSpec table(JsonFields in) {
    return new TableSpec(
        in.integer("tid", 0),
        notEmpty(in, "db"),
        notEmpty(in, "name"),
        in.integer("partitions", 1),
        new TableOptions(
            in.integer("replicas", 1),
            MetaText.parse(in.text("acks"), AckMode.values(), MetaText::acks),
            in.integer("minInsync", 1),
            MetaText.parse(in.text("reads"), ReadMode.values(), MetaText::reads),
            in.has("durability")
                ? MetaText.parse(in.text("durability"), Durability.values(), MetaText::durability)
                : Durability.FSYNC,
            in.has("witnesses") ? in.integer("witnesses", 1) : 0),
        Base64.getDecoder().decode(in.text("definition")),
        in.has("altered") ? AlterationsText.read(in.object("altered")) : Alterations.NONE);
  }

  private static String notEmpty(JsonFields in, String name) {
    String text = in.text(name);
    if (text.isEmpty()) {
      throw in.error(name + " is empty");
    }
    return text;
  }

  /**
   * Records are written seldom and must be read by every later leader of the cluster, so each is
   * read once before it is let out.
   */
  private static void checkReadable(Object written, Object read) {
    if (!written.equals(read)) {
      throw new IllegalArgumentException(written + " would be read as " + read);
    }
  }

  private static byte[] encode(String what, int format, Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeNumberField("format", format);
      body.write(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("there is no file or socket here", e);
    }
    checkSize(what, bytes.size());
    return bytes.toByteArray();
  }

  private static JsonFields open(String what, int newest, byte[] json) {
    checkSize(what, json.length);
    JsonFields in = JsonFields.parse(what, json);
    long format = in.number("format", 1);
    if (format > newest) {
      String known = newest == FORMAT ? "format " + FORMAT + " only" : "formats up to " + newest;
      throw in.error("format " + format + "; this version reads " + known);
    }
    return in;
  }

  private static void checkSize(String what, int bytes) {
    if (bytes > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          what + ": " + bytes + " bytes, at most " + MAX_RECORD_BYTES + " fit in ZooKeeper");
    }
  }

  /** Errors of the model and of texts do not say which record they are about. */
  private static IllegalArgumentException named(String what, IllegalArgumentException e) {
    String text = e.getMessage();
    return text.startsWith(what) ? e : new IllegalArgumentException(what + ": " + text, e);
  }
}
