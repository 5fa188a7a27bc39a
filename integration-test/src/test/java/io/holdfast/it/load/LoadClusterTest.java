package io.holdfast.it.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.TableClient;
import io.holdfast.it.shell.InProcessCluster;
import io.holdfast.tools.load.LoadMain;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The load program against a real cluster: what it says was done was done. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoadClusterTest {
  private static final int KEYS = 500;

  @TempDir Path directory;

  private record Outcome(int code, String out, String err) {}

  private static Outcome run(InProcessCluster cluster, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--zk_cluster=" + cluster.zooKeeper(),
                "--replicas=2",
                "--keys=" + KEYS,
                "--in-flight=16",
                "--warm-up=0",
                "--seconds=1"));
    args.addAll(List.of(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        LoadMain.run(
            args.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(err, true));
    return new Outcome(code, out.toString(), err.toString());
  }

  @Test
  void everyKindOfOperationIsDoneAndMeasured() throws Exception {
    try (InProcessCluster cluster = new InProcessCluster(directory, 2, 0)) {
      Outcome filled = run(cluster, "--fill", "--mix=put=1,get=1,scan=1,select=1", "-o", "json");
      assertThat(filled.code()).as(filled.toString()).isZero();
      JsonNode report = new ObjectMapper().readTree(filled.out());
      for (String kind : List.of("put", "get", "scan", "select")) {
        JsonNode operation = report.get("operations").get(kind);
        assertThat(operation.get("count").asLong()).as(kind).isPositive();
        assertThat(operation.get("p50Micros").asDouble())
            .isPositive()
            .isLessThanOrEqualTo(operation.get("mostMicros").asDouble());
      }
      assertThat(report.get("failures")).isEmpty();

      Outcome paced = run(cluster, "--mix=get", "--rate=200");
      assertThat(paced.code()).as(paced.toString()).isZero();
      assertThat(paced.out()).contains("200 due a second", "p99.9 ms").containsPattern("get +\\d");

      try (HoldfastClient client =
          HoldfastClient.builder().zookeeper(cluster.zooKeeper()).rootPath("/openmldb").build()) {
        TableClient table = client.table("load", "load");
        for (int i = 0; i < KEYS; i++) {
          String key = "k" + String.format("%015d", i);
          assertThat(table.scan(key, 0, 0, 10).entries()).as(key).hasSize(1);
        }
        assertThat(run(cluster, "--mix=put", "--drop").code()).isZero();
        assertThat(client.admin().showTable("load", "load")).isEmpty();
      }
    }
  }
}
