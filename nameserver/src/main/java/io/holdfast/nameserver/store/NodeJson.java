package io.holdfast.nameserver.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.nameserver.state.LossReport;
import io.holdfast.protocol.meta.MetaText;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import java.io.IOException;
import java.util.List;

/**
 * The small records below {@code ROOT/holdfast}, as docs/formats/metadata.md has them. As strict as
 * the codec of tables and partitions: what is not exactly of the known format is refused.
 */
final class NodeJson {
  static final int FORMAT = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  /** A record that says which format it has. */
  interface Versioned {
    int format();
  }

  /** {@code ns/epoch}. */
  record EpochNode(int format, long epoch, String endpoint) implements Versioned {
    EpochNode(long epoch, String endpoint) {
      this(FORMAT, epoch, endpoint);
    }
  }

  /** {@code dbs/<db>}. */
  record DatabaseNode(int format, String db) implements Versioned {
    DatabaseNode(String db) {
      this(FORMAT, db);
    }
  }

  /** {@code config/<key>}. */
  record ConfigNode(int format, String key, String value) implements Versioned {
    ConfigNode(String key, String value) {
      this(FORMAT, key, value);
    }
  }

  /** {@code tablets/meta/<endpoint>}; there is one only while a tablet is out of service. */
  record TabletNode(int format, String endpoint, String state) implements Versioned {
    static final String OFFLINE = "offline";

    TabletNode {
      if (!state.equals(OFFLINE)) {
        throw new IllegalArgumentException("unknown state " + state);
      }
    }

    TabletNode(String endpoint) {
      this(FORMAT, endpoint, OFFLINE);
    }
  }

  /** {@code dropped/<tid>}. */
  record DroppedNode(int format, int tid, String db, String name, long droppedMillis)
      implements Versioned {
    DroppedNode(int tid, String db, String name, long droppedMillis) {
      this(FORMAT, tid, db, name, droppedMillis);
    }
  }

  /** {@code losses/<tid>-<pid>}. */
  record LossNode(
      int format,
      int tid,
      int pid,
      long count,
      long term,
      String leader,
      String uid,
      long lastTerm,
      long lastOffset,
      long knownCommit,
      List<String> bypassed,
      String reason,
      long atMillis,
      boolean open)
      implements Versioned {
    static LossNode of(LossReport report) {
      return new LossNode(
          FORMAT,
          report.partition().tid(),
          report.partition().pid(),
          report.count(),
          report.term(),
          report.leader().endpoint(),
          report.uid().toString(),
          report.lastTerm(),
          report.lastOffset(),
          report.knownCommit(),
          report.bypassed().stream().map(NodeId::endpoint).toList(),
          report.reason(),
          report.atMillis(),
          report.open());
    }

    LossReport report() {
      return new LossReport(
          new PartitionId(tid, pid),
          count,
          term,
          new NodeId(leader),
          MetaText.parseUid(uid),
          lastTerm,
          lastOffset,
          knownCommit,
          bypassed.stream().map(NodeId::new).toList(),
          reason,
          atMillis,
          open);
    }
  }

  /** {@code ops} itself: ids up to this one were given out. */
  record LastOpNode(int format, long lastOpId) implements Versioned {
    LastOpNode(long lastOpId) {
      this(FORMAT, lastOpId);
    }
  }

  private NodeJson() {}

  static byte[] encode(Versioned node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(node + " cannot be written: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * @throws IllegalArgumentException when it is anything but such a record
   */
  static <T extends Versioned> T decode(byte[] json, Class<T> type) {
    ObjectReader reader = MAPPER.readerFor(type);
    T node;
    try {
      node = reader.readValue(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    if (node == null || node.format() != FORMAT) {
      throw new IllegalArgumentException("not of format " + FORMAT);
    }
    return node;
  }
}
