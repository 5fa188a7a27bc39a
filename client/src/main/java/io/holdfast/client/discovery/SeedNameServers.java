package io.holdfast.client.discovery;

import io.holdfast.common.time.Clock;
import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.rpc.RpcCaller;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The nameservers that are found by {@link Seeds}; each refresh moves on to the next. Thread-safe.
 *
 * <p>Once the seeds have answered they are one way among many: when all nameservers that are known
 * have been asked in vain, some of those that are known, whoever they are, are asked where the
 * nameservers are by now; see {@link LookRound} for how often.
 */
public final class SeedNameServers implements NameServerLocator {
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);

  private final Seeds seeds;
  private final boolean looksByItself;
  private final AtomicInteger position = new AtomicInteger();
  private final LookRound lookRound = new LookRound();
  private final Clock clock;

  /** Nameservers among seeds that somebody else has asked. */
  public SeedNameServers(Seeds seeds) {
    this(seeds, false, SystemClock.INSTANCE);
  }

  /**
   * Servers of any kind, which are asked when somebody first wants a nameserver.
   *
   * @param endpoints {@code host:port}, separated by commas: nameservers, tablets and ZooKeeper
   *     servers
   * @param zooKeeperRoot path of the cluster in ZooKeeper
   * @param clock any steady clock
   * @throws IllegalArgumentException when one of them has another form, or there is none
   */
  public static SeedNameServers of(
      String endpoints, RpcCaller rpc, String zooKeeperRoot, Clock clock) {
    return new SeedNameServers(
        new Seeds(
            Endpoints.list(endpoints), rpc, ZooKeeperLook.below(zooKeeperRoot, PROBE_TIMEOUT)),
        true,
        clock);
  }

  /**
   * @param looksByItself whether seeds are asked here, when somebody wants a nameserver
   */
  SeedNameServers(Seeds seeds, boolean looksByItself, Clock clock) {
    this.seeds = seeds;
    this.clock = clock;
    this.looksByItself = looksByItself;
  }

  @Override
  public CompletableFuture<String> active(boolean refresh) {
    if (looksByItself) {
      if (!seeds.knowsNameServer()) {
        return seeds.probeAll(PROBE_TIMEOUT).thenCompose(found -> next(refresh));
      }
      if (refresh && lookRound.failed(seeds.knownNameServers().size(), nowMillis())) {
        return seeds.probeSome(PROBE_TIMEOUT).thenCompose(found -> next(true));
      }
    }
    // One that has answered is better than one that may be dead, and may be heard of any moment.
    return seeds.nameServerFound().thenCompose(found -> next(refresh));
  }

  @Override
  public String dialled(String endpoint) {
    return seeds.address(endpoint);
  }

  private CompletableFuture<String> next(boolean refresh) {
    List<String> candidates = looksByItself ? seeds.knownNameServers() : seeds.nameServers();
    if (candidates.isEmpty()) {
      return CompletableFuture.failedFuture(nobody());
    }
    int index = refresh ? position.incrementAndGet() : position.get();
    return CompletableFuture.completedFuture(
        candidates.get(Math.floorMod(index, candidates.size())));
  }

  private long nowMillis() {
    return clock.nanoTime() / 1_000_000;
  }

  private DiscoveryException nobody() {
    String silent = seeds.failures();
    return silent.isEmpty()
        ? new DiscoveryException(
            DiscoveryException.Stage.LIST,
            "the servers that were given are tablets only, and know no nameserver",
            null)
        : new DiscoveryException(
            DiscoveryException.Stage.CONNECT,
            "no server answers that knows a nameserver. " + silent,
            null);
  }
}
