package io.holdfast.client.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.sun.management.UnixOperatingSystemMXBean;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.ManualTime;
import io.holdfast.client.ScriptedRpc;
import io.holdfast.protocol.cluster.FindNameServersResponse;
import io.holdfast.protocol.openmldb.nameserver.NameServerStatus;
import io.holdfast.protocol.openmldb.nameserver.ShowNameServersResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletResponse;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import io.holdfast.protocol.rpc.RpcErrorCode;
import io.holdfast.protocol.rpc.RpcException;
import io.holdfast.protocol.rpc.RpcException.Kind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A cluster is found by any one of its servers, and that one may die then. */
class SeedsTest {
  private final ScriptedRpc rpc = new ScriptedRpc();
  private final ManualTime time = new ManualTime();
  private final Set<String> down = new HashSet<>();
  private final List<String> looks = new ArrayList<>();

  private SeedNameServers locator(String... seeds) {
    ZooKeeperLook look =
        endpoint -> {
          looks.add(endpoint);
          return endpoint.startsWith("zk")
              ? CompletableFuture.completedFuture(
                  new ZooKeeperLook.Found(List.of("ns1:1", "ns2:1"), Map.of("name", "real:1")))
              : CompletableFuture.failedFuture(new IllegalStateException("no ZooKeeper"));
        };
    return new SeedNameServers(new Seeds(List.of(seeds), rpc, look), true, time);
  }

  private void rule(
      String endpoint, String method, Function<Message, CompletableFuture<Message>> rule) {
    rpc.rule(
        endpoint,
        method,
        request ->
            down.contains(endpoint)
                ? CompletableFuture.failedFuture(
                    new RpcException(Kind.NOT_CONNECTED, endpoint, "is down"))
                : rule.apply(request));
  }

  private void nameServer(String endpoint, List<String> nameServers, List<String> tablets) {
    ShowTabletResponse.Builder known = ShowTabletResponse.newBuilder().setCode(0);
    tablets.forEach(t -> known.addTablets(TabletStatus.newBuilder().setEndpoint(t)));
    ShowNameServersResponse.Builder others = ShowNameServersResponse.newBuilder().setCode(0);
    nameServers.forEach(n -> others.addNameservers(NameServerStatus.newBuilder().setEndpoint(n)));
    rule(endpoint, "ShowTablet", request -> CompletableFuture.completedFuture(known.build()));
    rule(endpoint, "ShowNameServers", request -> CompletableFuture.completedFuture(others.build()));
  }

  private void tablet(String endpoint, List<String> nameServers) {
    rule(
        endpoint,
        "ShowTablet",
        request ->
            CompletableFuture.failedFuture(
                new RpcException(Kind.REFUSED, endpoint, RpcErrorCode.NO_SERVICE, "no service")));
    rule(
        endpoint,
        "FindNameServers",
        request ->
            CompletableFuture.completedFuture(
                FindNameServersResponse.newBuilder()
                    .setCode(0)
                    .addAllNameservers(nameServers)
                    .build()));
  }

  private static String active(SeedNameServers locator, boolean refresh) {
    return locator.active(refresh).join();
  }

  @Test
  void aTabletTellsWhereTheNameServersAre() {
    tablet("t1:1", List.of("ns1:1", "ns2:1"));
    nameServer("ns1:1", List.of("ns1:1", "ns2:1"), List.of("t1:1", "t2:1"));
    SeedNameServers locator = locator("t1:1");

    assertThat(active(locator, false)).isEqualTo("ns1:1");
    down.add("t1:1");
    assertThat(active(locator, false)).isEqualTo("ns1:1");
    assertThat(active(locator, true)).isEqualTo("ns2:1");
    assertThat(rpc.endpointsOf("FindNameServers")).hasSize(1);
  }

  @Test
  void aNameServerTellsOfTheOthers() {
    nameServer("ns1:1", List.of("ns1:1", "ns2:1"), List.of());
    SeedNameServers locator = locator("ns1:1");

    assertThat(active(locator, false)).isEqualTo("ns1:1");
    down.add("ns1:1");
    assertThat(active(locator, true)).isEqualTo("ns2:1");
  }

  /**
   * A ZooKeeper server closes the connection when it hears our protocol; then it is looked into.
   */
  @Test
  void aZooKeeperServerIsFoundOutByItsSilence() {
    rule(
        "zk:1",
        "ShowTablet",
        request ->
            CompletableFuture.failedFuture(
                new RpcException(Kind.OUTCOME_UNKNOWN, "zk:1", "the connection was closed")));
    SeedNameServers locator = locator("zk:1");

    assertThat(active(locator, false)).isEqualTo("ns1:1");
    assertThat(active(locator, true)).isEqualTo("ns2:1");
    assertThat(looks).containsExactly("zk:1");
    assertThat(locator.dialled("name")).isEqualTo("real:1");
    assertThat(locator.dialled("other:1")).isEqualTo("other:1");
  }

  /** All nameservers that were known are replaced by others: the tablets know these. */
  @Test
  void whoWasLearnedOfIsAskedWhenAllNameServersAreGone() {
    nameServer("ns1:1", List.of("ns1:1"), List.of("t1:1"));
    SeedNameServers locator = locator("ns1:1");
    assertThat(active(locator, false)).isEqualTo("ns1:1");

    down.add("ns1:1");
    tablet("t1:1", List.of("ns9:1"));
    nameServer("ns9:1", List.of("ns9:1"), List.of("t1:1"));
    Set<String> found = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      found.add(active(locator, true));
    }
    assertThat(found).contains("ns9:1");
  }

  /**
   * While the nameserver is away each retry asks it alone; a few others are asked where it may be
   * every three seconds, however many retries there are and however many tablets are known.
   */
  @Test
  void anOutageOfTheNameServersIsNoLoadForTheTablets() {
    List<String> tablets = IntStream.range(0, 500).mapToObj(i -> "t" + i + ":1").toList();
    nameServer("ns1:1", List.of("ns1:1"), tablets);
    tablets.forEach(tablet -> tablet(tablet, List.of("ns1:1")));
    SeedNameServers locator = locator("ns1:1");
    assertThat(active(locator, false)).isEqualTo("ns1:1");
    down.add("ns1:1");
    int before = rpc.calls().size();

    for (int retry = 0; retry < 300; retry++) {
      assertThat(active(locator, true)).isEqualTo("ns1:1");
      time.pass(20);
    }

    // Six seconds: twice five servers, and two questions for each.
    assertThat(rpc.calls().size() - before).isBetween(10, 20);
    Set<String> asked = new HashSet<>();
    for (int look = 0; look < 50; look++) {
      time.pass(3_000);
      active(locator, true);
    }
    rpc.endpointsOf("FindNameServers").forEach(asked::add);
    assertThat(asked).hasSizeGreaterThan(100);
  }

  /** With several nameservers, failures long after one another are not all of them in a row. */
  @Test
  void oneFailureNowAndThenIsNoReasonToAskOthers() {
    nameServer("ns1:1", List.of("ns1:1", "ns2:1"), List.of("t1:1"));
    SeedNameServers locator = locator("ns1:1");
    active(locator, false);
    int before = rpc.calls().size();
    for (int i = 0; i < 10; i++) {
      time.pass(60_000);
      active(locator, true);
    }
    assertThat(rpc.calls()).hasSize(before);
    active(locator, true);
    assertThat(rpc.calls()).hasSizeGreaterThan(before);
  }

  /** What was refused leaves nothing behind: no threads, no descriptors. */
  @Test
  void aMalformedAddressLeavesNothingBehind() {
    long before = openFiles();
    for (int i = 0; i < 50; i++) {
      assertThatThrownBy(() -> HoldfastClient.builder().seeds("a").build())
          .hasMessageContaining("not a host:port: a");
      assertThatThrownBy(() -> HoldfastClient.builder().nameservers("a").build())
          .hasMessageContaining("not a host:port: a");
    }
    assertThat(openFiles()).isLessThan(before + 50);
  }

  private static long openFiles() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }

  @Test
  void thereIsOneWayToTheCluster() {
    assertThatThrownBy(
            () -> HoldfastClient.builder().url("holdfast://a:1/db").zookeeper("z:1").build())
        .hasMessage("give one way to the cluster, not several: seeds (or a URL) and zookeeper");
    assertThatThrownBy(() -> HoldfastClient.builder().nameservers("n:1").seeds("a:1").build())
        .hasMessageContaining("seeds (or a URL) and nameservers");
    assertThatThrownBy(() -> HoldfastClient.builder().build())
        .hasMessage("give seeds, zookeeper or nameservers");
  }

  /** A seed that is down is no obstacle, and one that comes up later is found then. */
  @Test
  void seedsThatAreDownAreAskedAgain() {
    down.add("t1:1");
    tablet("t1:1", List.of("ns1:1"));
    SeedNameServers locator = locator("t1:1", "t2:1");

    assertThatThrownBy(() -> active(locator, false))
        .hasCauseInstanceOf(DiscoveryException.class)
        .hasMessageContaining("t1:1: t1:1: is down")
        .hasMessageContaining("t2:1");
    down.clear();
    assertThat(active(locator, true)).isEqualTo("ns1:1");
  }

  @Test
  void aUrlNamesServersAndADatabase() {
    assertThatThrownBy(() -> HoldfastClient.connect("http://a:1"))
        .hasMessageContaining("not holdfast://HOST:PORT,HOST:PORT/DATABASE");
    assertThatThrownBy(() -> HoldfastClient.connect("holdfast://a"))
        .hasMessageContaining("not a host:port: a");
    assertThatThrownBy(() -> HoldfastClient.connect("holdfast:///db"))
        .hasMessageContaining("no host:port given");
    assertThatThrownBy(() -> HoldfastClient.connect("holdfast://a:1/db/x"))
        .hasMessageContaining("not a database's name");
    HoldfastClient.connect("holdfast://a:1,b:2/db").close();
    HoldfastClient.connect("holdfast://a:1").close();
  }
}
