package io.holdfast.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.query.ResultColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example in the documentation is code that compiles and does what it says. */
@Timeout(60)
class JdbcExampleTest {
  @Test
  void theExampleRuns() throws SQLException {
    try (FakeCluster cluster = new FakeCluster()) {
      Instant at = Instant.parse("2026-03-01T10:01:00Z");
      cluster.answer(
          List.of(
              new ResultColumn("at", ColumnType.TIMESTAMP),
              new ResultColumn("fare", ColumnType.DOUBLE)),
          List.of(List.of(at.toEpochMilli(), 11.5)));
      assertThat(JdbcExample.run(cluster.url())).isEqualTo(Map.of(at, 11.5));
      assertThat(cluster.first.puts.size() + cluster.second.puts.size()).isEqualTo(3);
      assertThat(cluster.queries().get(0).parameters().value(0)).isEqualTo("taxi-7");
    }
  }

  @Test
  void theDocumentationHasTheSameText() throws IOException {
    Path root = root();
    String page = Files.readString(root.resolve("docs/operations/jdbc.md"));
    String code =
        Files.readString(root.resolve("jdbc/src/test/java/io/holdfast/jdbc/JdbcExample.java"));
    String shown = between(page, "```java\n", "```");
    assertThat(between(code, "    // begin\n", "\n    // end").stripIndent() + "\n")
        .isEqualTo(shown);
  }

  private static String between(String text, String begin, String end) {
    int from = text.indexOf(begin) + begin.length();
    return text.substring(from, text.indexOf(end, from));
  }

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/operations/jdbc.md"))) {
      directory = directory.getParent();
    }
    return directory;
  }
}
