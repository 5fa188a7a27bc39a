package io.holdfast.client.discovery;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.client.discovery.KnownServers.Kind;
import io.holdfast.common.error.Causes;
import io.holdfast.protocol.cluster.ClusterProto;
import io.holdfast.protocol.cluster.FindNameServersRequest;
import io.holdfast.protocol.cluster.FindNameServersResponse;
import io.holdfast.protocol.openmldb.nameserver.NameServerOuterClass;
import io.holdfast.protocol.openmldb.nameserver.NameServerStatus;
import io.holdfast.protocol.openmldb.nameserver.ShowNameServersRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowNameServersResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletResponse;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import io.holdfast.protocol.rpc.RpcCaller;
import io.holdfast.protocol.rpc.RpcErrorCode;
import io.holdfast.protocol.rpc.RpcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * Servers of a cluster by any of which it can be found. Each is a nameserver, a tablet or a
 * ZooKeeper server, and which it is shows when it is asked what only a nameserver knows. Whoever
 * answers is also asked where the others are, so that it is no longer needed. Thread-safe; never
 * blocks.
 */
public final class Seeds {
  /** Of those that are known so many are asked at a time when all nameservers are silent. */
  private static final int ASKED_AT_A_TIME = 5;

  private static final MethodDescriptor SHOW_TABLET = nameServerMethod("ShowTablet");
  private static final MethodDescriptor SHOW_NAMESERVERS = nameServerMethod("ShowNameServers");
  private static final MethodDescriptor FIND_NAMESERVERS =
      ClusterProto.getDescriptor()
          .findServiceByName("ClusterService")
          .findMethodByName("FindNameServers");

  private final KnownServers known;
  private final RpcCaller rpc;
  private final ZooKeeperLook zooKeeper;
  private final Map<String, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();

  /** Nameservers and tablets; a ZooKeeper server among them is taken for one that is silent. */
  public Seeds(List<String> endpoints, RpcCaller rpc) {
    this(endpoints, rpc, ZooKeeperLook.NONE);
  }

  Seeds(List<String> endpoints, RpcCaller rpc, ZooKeeperLook zooKeeper) {
    this.known = new KnownServers(endpoints);
    this.rpc = rpc;
    this.zooKeeper = zooKeeper;
  }

  private static MethodDescriptor nameServerMethod(String name) {
    return NameServerOuterClass.getDescriptor()
        .findServiceByName("NameServer")
        .findMethodByName(name);
  }

  /**
   * Asks all that have not answered yet, at once.
   *
   * @return completes when one has answered, now or before, or when all have failed or run out of
   *     time
   */
  public CompletableFuture<Void> probe(Duration timeout) {
    known.unknown().forEach(endpoint -> ask(endpoint, timeout));
    return until(known::anyAnswered);
  }

  /**
   * Asks all seeds where the nameservers are, whether they have answered before or not.
   *
   * @return completes when one of them has answered now and a nameserver is known, or when all have
   *     answered, failed or run out of time
   */
  CompletableFuture<Void> probeAll(Duration timeout) {
    return probe(known.seeds(), timeout);
  }

  /**
   * Asks a few of those that are known, seeds and those that were learned of, where the nameservers
   * are by now; others each time.
   *
   * @return completes when one of them has answered now, or when all have failed or run out of time
   */
  CompletableFuture<Void> probeSome(Duration timeout) {
    List<String> some = known.all();
    Collections.shuffle(some, ThreadLocalRandom.current());
    return probe(some.subList(0, Math.min(ASKED_AT_A_TIME, some.size())), timeout);
  }

  private CompletableFuture<Void> probe(Collection<String> all, Duration timeout) {
    CompletableFuture<Void> found = new CompletableFuture<>();
    List<CompletableFuture<Void>> asking = new ArrayList<>();
    for (String endpoint : all) {
      CompletableFuture<Void> answer = ask(endpoint, timeout);
      asking.add(
          answer.thenRun(
              () -> {
                if (!known.hasFailed(endpoint) && known.hasNameServer()) {
                  found.complete(null);
                }
              }));
    }
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(asking.toArray(new CompletableFuture<?>[0]))
            .thenRun(() -> found.complete(null));
    return found;
  }

  private CompletableFuture<Void> ask(String endpoint, Duration timeout) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> other = asked.putIfAbsent(endpoint, mine);
    if (other != null) {
      return other;
    }
    CompletableFuture<Void> ignored =
        rpc.call(
                endpoint,
                SHOW_TABLET,
                ShowTabletRequest.getDefaultInstance(),
                ShowTabletResponse.getDefaultInstance(),
                timeout)
            .handle(
                (answer, failure) -> noted(endpoint, answer, Causes.unwrapped(failure), timeout))
            .thenCompose(learning -> learning)
            .handle(
                (done, failure) -> {
                  asked.remove(endpoint);
                  mine.complete(null);
                  return null;
                });
    return mine;
  }

  /** What it is; and asks it for the others. */
  private CompletableFuture<Void> noted(
      String endpoint, ShowTabletResponse answer, Throwable failure, Duration timeout) {
    if (failure == null) {
      known.answered(endpoint, Kind.NAMESERVER);
      known.learnTablets(answer.getTabletsList().stream().map(TabletStatus::getEndpoint).toList());
      return ask(
              endpoint,
              SHOW_NAMESERVERS,
              ShowNameServersRequest.getDefaultInstance(),
              ShowNameServersResponse.getDefaultInstance(),
              timeout)
          .thenAccept(
              others ->
                  known.learnNameServers(
                      others.getNameserversList().stream()
                          .map(NameServerStatus::getEndpoint)
                          .toList()));
    }
    if (failure instanceof RpcException refusal
        && (refusal.remoteCode() == RpcErrorCode.NO_SERVICE
            || refusal.remoteCode() == RpcErrorCode.NO_METHOD)) {
      known.answered(endpoint, Kind.TABLET);
      return ask(
              endpoint,
              FIND_NAMESERVERS,
              FindNameServersRequest.getDefaultInstance(),
              FindNameServersResponse.getDefaultInstance(),
              timeout)
          .thenAccept(others -> known.learnNameServers(others.getNameserversList()));
    }
    known.failed(endpoint, failure);
    boolean silent =
        failure instanceof RpcException broken
            && broken.kind() == RpcException.Kind.OUTCOME_UNKNOWN;
    if (!silent || !known.seeds().contains(endpoint)) {
      return CompletableFuture.completedFuture(null);
    }
    // It takes connections and answers nothing: what ZooKeeper does when it hears our protocol.
    return zooKeeper
        .at(endpoint)
        .handle(
            (found, cause) -> {
              if (cause == null) {
                known.answered(endpoint, Kind.ZOOKEEPER);
                known.learnNameServers(found.nameServers());
                known.learnAddresses(found.addresses());
              } else if (zooKeeper != ZooKeeperLook.NONE) {
                known.failed(endpoint, Causes.unwrapped(cause));
              }
              return null;
            });
  }

  private <R extends Message> CompletableFuture<R> ask(
      String endpoint, MethodDescriptor method, Message request, R response, Duration timeout) {
    return rpc.call(endpoint, method, request, response, timeout);
  }

  /**
   * Completes when a nameserver is known, or when nobody is being asked any more who may be one or
   * know one.
   */
  public CompletableFuture<Void> nameServerFound() {
    return until(known::hasNameServer);
  }

  private CompletableFuture<Void> until(BooleanSupplier holds) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (CompletableFuture<Void> one : List.copyOf(asked.values())) {
      all.add(
          one.thenRun(
              () -> {
                if (holds.getAsBoolean()) {
                  result.complete(null);
                }
              }));
    }
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
            .thenRun(() -> result.complete(null));
    if (holds.getAsBoolean()) {
      result.complete(null);
    }
    return result;
  }

  /** Those of the seeds that are tablets. */
  public List<String> tablets() {
    return known.tablets();
  }

  /** Nameservers, of the seeds and of those that were learned of; then seeds that may be some. */
  public List<String> nameServers() {
    return known.nameServersOrUnknown();
  }

  /** Nameservers, of the seeds and of those that were learned of. */
  List<String> knownNameServers() {
    return known.nameServers();
  }

  /** The address to dial for a server that the cluster calls so. */
  String address(String endpoint) {
    return known.address(endpoint);
  }

  /** Whether some seed has answered. */
  public boolean anyAnswered() {
    return known.anyAnswered();
  }

  /** Whether a nameserver has answered, or somebody who knows one. */
  public boolean knowsNameServer() {
    return known.hasNameServer();
  }

  /** Each seed that has not answered, and why. */
  public String failures() {
    return known.failures();
  }
}
