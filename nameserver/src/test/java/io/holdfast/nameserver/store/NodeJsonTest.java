package io.holdfast.nameserver.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.nameserver.store.NodeJson.ConfigNode;
import io.holdfast.nameserver.store.NodeJson.DatabaseNode;
import io.holdfast.nameserver.store.NodeJson.DroppedNode;
import io.holdfast.nameserver.store.NodeJson.EpochNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The small records are exactly those of the format's page. */
final class NodeJsonTest {
  @Test
  void recordsAreThoseOfThePage() {
    check(new EpochNode(7, "10.0.0.1:6527"), "{'format':1,'epoch':7,'endpoint':'10.0.0.1:6527'}");
    check(new DatabaseNode("trips"), "{'format':1,'db':'trips'}");
    check(
        new ConfigNode("auto_failover", "true"),
        "{'format':1,'key':'auto_failover','value':'true'}");
    check(
        new DroppedNode(7, "trips", "rides", 1790000000000L),
        "{'format':1,'tid':7,'db':'trips','name':'rides','droppedMillis':1790000000000}");
  }

  private static void check(NodeJson.Versioned node, String json) {
    byte[] expected = json.replace('\'', '"').getBytes(UTF_8);
    assertThat(new String(NodeJson.encode(node), UTF_8)).isEqualTo(new String(expected, UTF_8));
    assertThat(NodeJson.decode(expected, node.getClass())).isEqualTo(node);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "7",
        "{}",
        "{'format':2,'epoch':7,'endpoint':'a:1'}",
        "{'format':1,'epoch':7}",
        "{'format':1,'epoch':7,'endpoint':null}",
        "{'format':1,'epoch':'7','endpoint':'a:1'}",
        "{'format':1,'epoch':7,'epoch':8,'endpoint':'a:1'}",
        "{'format':1,'epoch':7,'endpoint':'a:1','more':1}",
        "{'format':1,'epoch':7,'endpoint':'a:1'} {}"
      })
  void anythingElseIsRefused(String json) {
    byte[] bytes = json.replace('\'', '"').getBytes(UTF_8);
    assertThatThrownBy(() -> NodeJson.decode(bytes, EpochNode.class))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
