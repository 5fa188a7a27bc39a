package io.holdfast.client.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.ManualTime;
import io.holdfast.client.Row;
import io.holdfast.client.ScriptedRpc;
import io.holdfast.client.TableClient;
import io.holdfast.protocol.batch.PutBatchRequest;
import io.holdfast.protocol.batch.PutBatchResponse;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.type.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples in the documentation are code that compiles and does what it says. */
class JavaClientExampleTest {
  private final ScriptedRpc rpc = new ScriptedRpc();
  private final ManualTime time = new ManualTime();
  private final HoldfastClient client =
      HoldfastClient.builder()
          .nameservers("ns:1")
          .database("demo")
          .rpc(rpc)
          .environment(time, time, () -> 0)
          .build();

  /** What the pretended tablet has, the newest first; all of one key. */
  private final List<PutRequest> rows = new ArrayList<>();

  @BeforeEach
  void pretendATablet() {
    TableInfo table =
        TableInfo.newBuilder()
            .setDb("demo")
            .setName("trips")
            .setTid(3)
            .setPartitionNum(1)
            .addColumnDesc(ColumnDesc.newBuilder().setName("taxi").setDataType(DataType.kString))
            .addColumnDesc(ColumnDesc.newBuilder().setName("fare").setDataType(DataType.kDouble))
            .addColumnKey(ColumnKey.newBuilder().setIndexName("taxi").addColName("taxi"))
            .addTablePartition(
                TablePartition.newBuilder()
                    .setPid(0)
                    .addPartitionMeta(
                        PartitionMeta.newBuilder().setEndpoint("a:1").setIsLeader(true)))
            .build();
    rpc.answer(
        "ns:1", "ShowTable", ShowTableResponse.newBuilder().setCode(0).addTableInfo(table).build());
    rpc.compute("a:1", "Put", request -> put((PutRequest) request));
    rpc.compute(
        "a:1",
        "PutBatch",
        request -> {
          PutBatchResponse.Builder answer = PutBatchResponse.newBuilder().setCode(0);
          ((PutBatchRequest) request).getPutsList().forEach(put -> answer.addAnswers(put(put)));
          return answer.build();
        });
    rpc.compute(
        "a:1",
        "Get",
        request ->
            GetResponse.newBuilder()
                .setCode(0)
                .setTs(rows.get(0).getTime())
                .setValue(rows.get(0).getValue())
                .setVersion(rows.size())
                .build());
    rpc.compute(
        "a:1",
        "Scan",
        request ->
            ScanResponse.newBuilder()
                .setCode(0)
                .setIsFinish(true)
                .setPairs(pairs())
                .setVersion(rows.size())
                .build());
  }

  private PutResponse put(PutRequest put) {
    boolean there = rows.stream().anyMatch(row -> row.getTime() == put.getTime());
    if (there && put.getPutIfAbsent()) {
      return PutResponse.newBuilder().setCode(0).setIgnored(true).build();
    }
    rows.add(0, put);
    return PutResponse.newBuilder().setCode(0).setVersion(rows.size()).build();
  }

  private ByteString pairs() {
    ByteString all = ByteString.EMPTY;
    for (PutRequest row : rows) {
      ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      head.putInt(8 + row.getValue().size()).putLong(row.getTime()).flip();
      all = all.concat(ByteString.copyFrom(head)).concat(row.getValue());
    }
    return all;
  }

  @Test
  void theExamplesRun() {
    JavaClientExample.client().close();
    TableClient trips = client.table("trips");
    assertThat(JavaClientExample.putAndGet(client)).containsExactly("taxi-7", 12.5);
    assertThat(JavaClientExample.putOnce(trips)).isTrue();
    assertThat(rows).hasSize(1);
    List<Row> more = IntStream.range(0, 10).mapToObj(i -> Row.of("taxi-7", (double) i)).toList();
    assertThat(JavaClientExample.putMany(trips, more)).isEmpty();
    assertThat(JavaClientExample.sum(trips)).isEqualTo(12.5 + 45);
    assertThat(JavaClientExample.anywhere(trips).get("taxi-7", 0).found()).isTrue();
    client.close();
  }

  /** Each piece of code in the documentation is one of the pieces that were run. */
  @Test
  void theDocumentationHasTheSameText() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs/operations/java-client.md"))) {
      root = root.getParent();
    }
    String page = Files.readString(root.resolve("docs/operations/java-client.md"));
    String code =
        Files.readString(
            root.resolve(
                "client/src/test/java/io/holdfast/client/examples/JavaClientExample.java"));
    List<String> run = new ArrayList<>();
    Matcher pieces = Pattern.compile("(?s) +// begin \\w+\n(.*?)\n +// end \\w+\n").matcher(code);
    while (pieces.find()) {
      run.add(pieces.group(1).stripIndent() + "\n");
    }
    List<String> shown = new ArrayList<>();
    Matcher blocks = Pattern.compile("(?s)```java\n(.*?)```").matcher(page);
    while (blocks.find()) {
      shown.add(blocks.group(1));
    }
    assertThat(shown).isEqualTo(run);
  }
}
