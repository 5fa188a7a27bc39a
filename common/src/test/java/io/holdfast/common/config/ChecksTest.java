package io.holdfast.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The rules for addresses and paths. */
class ChecksTest {
  @Test
  void endpoints() {
    assertThat(Checks.isEndpoint("127.0.0.1:10921")).isTrue();
    assertThat(Checks.isEndpoint("tablet-1.local:65535")).isTrue();
    assertThat(Checks.isEndpoint("host")).isFalse();
    assertThat(Checks.isEndpoint("host:0")).isFalse();
    assertThat(Checks.isEndpoint("host:65536")).isFalse();
    assertThat(Checks.isEndpoint(":1")).isFalse();
    assertThat(Checks.isEndpointList("a:1,b:2")).isTrue();
    assertThat(Checks.isEndpointList("a:1,")).isFalse();
    assertThat(Checks.isEndpointList("")).isFalse();
  }

  @Test
  void zooKeeperPaths() {
    assertThat(Checks.isZkPath("/openmldb")).isTrue();
    assertThat(Checks.isZkPath("/a/b")).isTrue();
    assertThat(Checks.isZkPath("/")).isFalse();
    assertThat(Checks.isZkPath("openmldb")).isFalse();
    assertThat(Checks.isZkPath("/openmldb/")).isFalse();
  }
}
