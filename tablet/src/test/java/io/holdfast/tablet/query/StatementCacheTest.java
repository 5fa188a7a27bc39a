package io.holdfast.tablet.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import org.junit.jupiter.api.Test;

/** What is used stays, and there are never too many. */
class StatementCacheTest {
  private final StatementCache cache = new StatementCache();

  @Test
  void aStatementIsParsedOnceWhileItIsUsed() throws Exception {
    Statement kept = cache.get("SELECT 1");
    for (int i = 0; i < 5000; i++) {
      Statement unused = cache.get("SELECT " + i + ", 2");
      assertThat(cache.find("SELECT 1")).isSameAs(kept);
    }
    assertThat(cache.find("SELECT 7, 2")).isNull();
    assertThat(cache.size()).isLessThanOrEqualTo(1000);
  }

  @Test
  void whatIsWrongOrVeryLongIsNotKept() throws Exception {
    assertThatThrownBy(() -> cache.get("SELECT FROM")).isInstanceOf(SqlException.class);
    Statement unused = cache.get("SELECT '" + "x".repeat(20_000) + "'");
    assertThat(cache.size()).isZero();
  }
}
