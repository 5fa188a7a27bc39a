package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.nameserver.control.PartitionCondition.Code;
import io.holdfast.protocol.model.AckMode;
import org.junit.jupiter.api.Test;

/** Copies that are on one host and must not be are told of, with what to do. */
class SharedHostTest {
  /** A leads with B and C in sync, each on a host of its own. */
  private final ControlRoom room = ControlRoom.ledByA(AckMode.ALL);

  private void set(String key, String value) {
    assertThat(room.submit(new AdminCommand.SetConfig(key, value)).result.isOk()).isTrue();
    room.pass(1_000);
  }

  private PartitionCondition condition() {
    return room.controller.condition(PARTITION);
  }

  @Test
  void itIsToldWhileItIsSo() {
    set("replica_reliability_level", "1");
    assertThat(condition().code()).isEqualTo(Code.HEALTHY);
    set("host_label.a:1", "rack1");
    assertThat(condition().code()).isEqualTo(Code.HEALTHY);
    set("host_label.c:1", "rack1");
    assertThat(condition().code()).isEqualTo(Code.SHARED_HOST);
    assertThat(condition().isServing()).isTrue();
    assertThat(condition().text())
        .startsWith("all copies are in sync, but a:1 and c:1 are on host rack1, and")
        .contains("rebalance")
        .contains("host_label");
    assertThat(room.told).last().asString().startsWith("SHARED_HOST all copies are in sync, but");

    set("replica_reliability_level", "0");
    assertThat(condition().code()).isEqualTo(Code.HEALTHY);
    set("replica_reliability_level", "1");
    set("host_label.c:1", "null");
    assertThat(condition().code()).isEqualTo(Code.HEALTHY);
  }

  /** What is missing is worse. */
  @Test
  void missingCopiesComeFirst() {
    set("replica_reliability_level", "1");
    set("host_label.b:1", "a");
    room.requests(A, 1, 2, A, B);
    room.pass(1_000);
    assertThat(condition().code()).isEqualTo(Code.DEGRADED);
  }
}
