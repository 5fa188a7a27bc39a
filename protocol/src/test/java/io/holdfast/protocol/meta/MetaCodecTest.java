package io.holdfast.protocol.meta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.AddedColumn;
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
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.TtlPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Records in ZooKeeper are readable, exact and never half understood. */
final class MetaCodecTest {
  private static final long SEED = 20_260_102;
  private static final String LEADING =
      "{'format':1,'tid':7,'pid':0,'term':4,'version':9,'phase':'lead','leader':'10.0.0.11:10921',"
          + "'leaderIncarnation':'5f3a90c1d2e4b687','members':[{'tablet':'10.0.0.11:10921',"
          + "'uid':'00f1e2d3c4b5a6978899aabbccddeeff'},{'tablet':'10.0.0.12:10921',"
          + "'uid':'8f0e1d2c3b4a59687766554433221100'}],'learners':['10.0.0.13:10921'],"
          + "'waitMillis':1500}";
  private static final String TABLE =
      "{'format':1,'tid':7,'db':'trips','name':'rides','partitions':8,'replicas':3,'acks':'all',"
          + "'minInsync':2,'reads':'leader','definition':'CgVyaWRlcw=='}";

  private static final String ALTERED =
      TABLE
          .replace("'format':1", "'format':4")
          .replaceFirst(
              "}$",
              ",'altered':{'version':4,'ttls':[{'index':0,'kind':'latest','maxAgeMillis':0,"
                  + "'maxVersions':5}],'deletedIndexes':[1],'addedColumns':[{'name':'tip',"
                  + "'type':8}],'addedIndexes':[{'name':'by_tip','position':3,'keyColumns':[4,9],'tsColumn':2,"
                  + "'kind':'absolute','maxAgeMillis':60000,'maxVersions':0,'since':4,"
                  + "'filled':0}]}}");

  /** A partition is written in exactly these bytes, and read from them. */
  @Test
  void partitionBytesDoNotDrift() {
    PartitionRecord record =
        new PartitionRecord(
            new PartitionId(7, 0),
            4,
            9,
            Phase.LEAD,
            new NodeId("10.0.0.11:10921"),
            0x5f3a90c1d2e4b687L,
            new MemberSet(
                List.of(
                    new Member(
                        new NodeId("10.0.0.11:10921"),
                        new ReplicaUid(0x00f1e2d3c4b5a697L, 0x8899aabbccddeeffL)),
                    new Member(
                        new NodeId("10.0.0.12:10921"),
                        new ReplicaUid(0x8f0e1d2c3b4a5968L, 0x7766554433221100L)))),
            List.of(new NodeId("10.0.0.13:10921")),
            1_500,
            0);

    assertThat(new String(MetaCodec.encodePartition(record), UTF_8)).isEqualTo(quoted(LEADING));
    assertThat(MetaCodec.decodePartition(json(LEADING))).isEqualTo(record);
  }

  /** A table is written in exactly these bytes, and read from them. */
  @Test
  void tableBytesDoNotDrift() {
    TableSpec table =
        new TableSpec(
            7,
            "trips",
            "rides",
            8,
            new TableOptions(3, AckMode.ALL, 2, ReadMode.LEADER),
            new byte[] {10, 5, 'r', 'i', 'd', 'e', 's'});

    assertThat(new String(MetaCodec.encodeTable(table), UTF_8)).isEqualTo(quoted(TABLE));
    assertThat(MetaCodec.decodeTable(json(TABLE))).isEqualTo(table);
  }

  /** The examples in the documentation are records that servers write. */
  @Test
  void documentedExamplesAreReal() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("../docs/formats/metadata.md"));
    int partitions = 0;
    int tables = 0;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).equals("```json partition")) {
        byte[] example = lines.get(i + 1).getBytes(UTF_8);
        assertThat(MetaCodec.encodePartition(MetaCodec.decodePartition(example)))
            .isEqualTo(example);
        partitions++;
      } else if (lines.get(i).equals("```json table")) {
        byte[] example = lines.get(i + 1).getBytes(UTF_8);
        assertThat(MetaCodec.encodeTable(MetaCodec.decodeTable(example))).isEqualTo(example);
        tables++;
      }
    }
    assertThat(partitions).isEqualTo(4);
    assertThat(tables).isEqualTo(4);
  }

  /** Records of all shapes come back as they were. */
  @Test
  void everythingRoundTrips() {
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      PartitionRecord partition = partition(random);
      assertThat(MetaCodec.decodePartition(MetaCodec.encodePartition(partition)))
          .as("seed %d", SEED)
          .isEqualTo(partition);
      TableSpec table = table(random);
      assertThat(MetaCodec.decodeTable(MetaCodec.encodeTable(table)))
          .as("seed %d", SEED)
          .isEqualTo(table);
    }
  }

  /** A partition that is not exactly of the format is refused with the reason. */
  @Test
  void badPartitionsAreRefused() {
    refusedPartition("format 4; this version reads formats up to 3", "'format':1", "'format':4");
    refusedPartition("format is missing", "'format':1,", "");
    refusedPartition("term is missing", "'term':4,", "");
    refusedPartition("term must be at least 0: -4", "'term':4", "'term':-4");
    refusedPartition("term is of another type", "'term':4", "'term':'4'");
    refusedPartition("not JSON", "'term':4", "'term':9223372036854775808");
    refusedPartition("unexpected value 4.5", "'term':4", "'term':4.5");
    refusedPartition("unexpected value null", "'term':4", "'term':null");
    refusedPartition("Duplicate field 'term'", "'term':4", "'term':4,'term':4");
    refusedPartition("unknown fields [extra]", "'term':4", "'term':4,'extra':1");
    refusedPartition("pid must be at most", "'pid':0", "'pid':2147483648");
    refusedPartition("unknown word: LEAD", "'lead'", "'LEAD'");
    refusedPartition("phase ELECT with leader", "'lead'", "'elect'");
    refusedPartition("phase LEAD with leader null", "'leader':'10.0.0.11:10921',", "");
    refusedPartition("not 16 lower-case", "5f3a90c1d2e4b687", "5F3A90C1D2E4B687");
    refusedPartition("not 16 lower-case", "5f3a90c1d2e4b687", "5f3a");
    refusedPartition("not a replica uid", "00f1e2d3c4b5a6978899aabbccddeeff", "0".repeat(32));
    refusedPartition("uid is missing", ",'uid':'00f1e2d3c4b5a6978899aabbccddeeff'", "");
    refusedPartition("members[0]: unknown fields [x]", "{'tablet'", "{'x':1,'tablet'");
    refusedPartition("both member and learner", "10.0.0.13", "10.0.0.12");
    refusedPartition("learners[0] is of another type", "'10.0.0.13:10921'", "13");
    refusedPartition("something follows", "'waitMillis':1500}", "'waitMillis':1500} {}");
    refusedPartition("not JSON", "'waitMillis':1500}", "'waitMillis':1500");
    refusedPartition("not JSON", "'learners':[", "'learners':[[[[[[[[[[");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetaCodec.decodePartition(new byte[0]))
        .withMessageContaining("no JSON object");
  }

  /** A table that is not exactly of the format is refused with the reason. */
  @Test
  void badTablesAreRefused() {
    refusedTable("db is empty", "'trips'", "''");
    refusedTable("partitions must be at least 1", "'partitions':8", "'partitions':0");
    refusedTable("unknown word: most", "'all'", "'most'");
    refusedTable("min_insync must be between", "'minInsync':2", "'minInsync':4");
    refusedTable("table record: ", "CgVyaWRlcw==", "*");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetaCodec.decodeTable(new byte[MetaCodec.MAX_RECORD_BYTES + 1]))
        .withMessageContaining("fit in ZooKeeper");
  }

  /** What could not be read again is not written. */
  @Test
  void unreadableRecordsAreNotWritten() {
    PartitionRecord negative =
        new PartitionRecord(
            new PartitionId(1, 0),
            -1,
            1,
            Phase.ELECT,
            null,
            0,
            new MemberSet(List.of(new Member(new NodeId("a:1"), ReplicaUid.UNKNOWN))),
            List.of(),
            0,
            0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetaCodec.encodePartition(negative))
        .withMessageContaining("term must be at least 0");
    TableSpec huge =
        new TableSpec(
            1, "d", "t", 1, TableOptions.defaults(1), new byte[MetaCodec.MAX_RECORD_BYTES]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetaCodec.encodeTable(huge))
        .withMessageContaining("fit in ZooKeeper");
  }

  /** Damaged bytes give an IllegalArgumentException or a record that could have been written. */
  @Test
  void damagedBytesNeverSurprise() {
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = json(i % 2 == 0 ? LEADING : i % 4 == 1 ? TABLE : ALTERED);
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      if (random.nextInt(4) == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      try {
        if (i % 2 == 0) {
          MetaCodec.encodePartition(MetaCodec.decodePartition(bytes));
        } else {
          MetaCodec.encodeTable(MetaCodec.decodeTable(bytes));
        }
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      }
    }
    assertThat(refused).as("seed %d", SEED).isPositive();
  }

  @Test
  void alterationsThatCannotBeAreRefused() {
    refusedAltered("deletedIndexes[0] is out of range", "[1]", "[9999999999]");
    refusedAltered("deletedIndexes[0] is out of range", "[1]", "[-1]");
    refusedAltered("version must be at least 1", "'version':4", "'version':0");
    refusedAltered("index must be at least 0", "'index':0", "'index':-1");
    refusedAltered(
        "two ages for index 0",
        "}],",
        "},{'index':0,'kind':'absolute','maxAgeMillis':0,'maxVersions':0}],");
    refusedAltered("unknown fields", "'version':4", "'version':4,'more':1");
    refusedAltered("unknown fields", "'type':8", "'type':8,'more':1");
    refusedAltered("an added column needs a name", "'name':'tip'", "'name':''");
    refusedAltered("no key columns", "[4,9]", "[]");
    refusedAltered("filled must be 0 or 1", "'filled':0", "'filled':2");
  }

  private static void refusedAltered(String reason, String part, String instead) {
    assertThat(ALTERED).contains(part);
    byte[] bad = json(ALTERED.replace(part, instead));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetaCodec.decodeTable(bad))
        .withMessageStartingWith("table record: ")
        .withMessageContaining(reason);
  }

  private static void refusedPartition(String reason, String part, String instead) {
    assertThat(LEADING).contains(part);
    byte[] bad = json(LEADING.replace(part, instead));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetaCodec.decodePartition(bad))
        .withMessageStartingWith("partition record: ")
        .withMessageContaining(reason);
  }

  private static void refusedTable(String reason, String part, String instead) {
    assertThat(TABLE).contains(part);
    byte[] bad = json(TABLE.replace(part, instead));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetaCodec.decodeTable(bad))
        .withMessageStartingWith("table record: ")
        .withMessageContaining(reason);
  }

  private static byte[] json(String text) {
    return quoted(text).getBytes(UTF_8);
  }

  private static String quoted(String text) {
    return text.replace('\'', '"');
  }

  private static PartitionRecord partition(Random random) {
    List<Member> members = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      ReplicaUid uid =
          random.nextBoolean()
              ? ReplicaUid.UNKNOWN
              : new ReplicaUid(random.nextLong(), random.nextLong());
      members.add(new Member(new NodeId("member" + i + ":1"), uid));
    }
    List<NodeId> learners = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      learners.add(new NodeId("learner" + i + ":1"));
    }
    boolean leads = random.nextBoolean();
    return new PartitionRecord(
        new PartitionId(random.nextInt(Integer.MAX_VALUE), random.nextInt(1_024)),
        random.nextLong() >>> 1,
        1 + (random.nextLong() >>> 2),
        leads ? Phase.LEAD : Phase.ELECT,
        leads ? members.get(0).tablet() : null,
        random.nextLong(),
        new MemberSet(members),
        learners,
        random.nextInt(10_000),
        random.nextInt(3),
        wishes(random, learners),
        witnesses(random, leads, members, learners));
  }

  private static List<NodeId> witnesses(
      Random random, boolean leads, List<Member> members, List<NodeId> learners) {
    List<NodeId> witnesses = new ArrayList<>();
    for (int i = leads ? 1 : 0; i < members.size(); i++) {
      if (random.nextInt(4) == 0) {
        witnesses.add(members.get(i).tablet());
      }
    }
    if (!learners.isEmpty() && random.nextInt(4) == 0) {
      witnesses.add(learners.get(0));
    }
    return witnesses;
  }

  private static PartitionWishes wishes(Random random, List<NodeId> learners) {
    PartitionWishes wishes = PartitionWishes.NONE;
    if (random.nextBoolean()) {
      wishes = wishes.withNextLeader(new NodeId("member0:1"));
    }
    for (NodeId learner : learners) {
      wishes =
          switch (random.nextInt(4)) {
            case 0 -> wishes.withLasting(learner);
            case 1 -> wishes.withJoining(learner);
            case 2 -> wishes.withLeaving(new Member(learner, new ReplicaUid(random.nextLong(), 1)));
            default -> wishes;
          };
    }
    return wishes;
  }

  private static TableSpec table(Random random) {
    int replicas = 1 + random.nextInt(5);
    byte[] definition = new byte[random.nextInt(200)];
    random.nextBytes(definition);
    return new TableSpec(
        random.nextInt(Integer.MAX_VALUE),
        "db \"quoted\" \\ " + random.nextInt(),
        "tablé\u4e2d" + random.nextInt(),
        1 + random.nextInt(1_000),
        new TableOptions(
            replicas,
            List.of(AckMode.values()).get(random.nextInt(3)),
            1 + random.nextInt(replicas),
            List.of(ReadMode.values()).get(random.nextInt(4)),
            List.of(Durability.values()).get(random.nextInt(2)),
            replicas % 2 == 0 ? random.nextInt(2) : 0),
        definition,
        alterations(random));
  }

  private static Alterations alterations(Random random) {
    Alterations alterations = Alterations.NONE;
    for (int i = random.nextInt(6); i > 0; i--) {
      TtlPolicy.Kind[] kinds = TtlPolicy.Kind.values();
      TtlPolicy ttl =
          new TtlPolicy(
              kinds[random.nextInt(kinds.length)], random.nextInt(100_000), random.nextInt(1000));
      int column = random.nextInt(200);
      alterations =
          switch (random.nextInt(5)) {
            case 0 -> alterations.without(random.nextInt(200));
            case 1 -> alterations.withTtl(List.of(random.nextInt(200)), ttl);
            case 2 -> alterations.with(new AddedColumn("c" + i, random.nextInt(12)));
            case 3 ->
                alterations.withIndex(
                    "i" + i, 200 + i, List.of(column, column + 1), random.nextInt(9) - 1, ttl);
            default -> alterations.indexes().isEmpty() ? alterations : alterations.withFilled(0);
          };
    }
    return alterations;
  }
}
