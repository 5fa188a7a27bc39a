package io.holdfast.client.discovery;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Servers of a cluster by any of which it can be found. Each is a nameserver, a tablet or a
 * ZooKeeper server, and which it is shows when it is asked what only a nameserver knows. Whoever
 * answers is also asked where the others are, so that it is no longer needed. Thread-safe; never
 * blocks.
 */
public final class Seeds {
  /** What is known of a server. */
  enum Kind {
    NAMESERVER,
    TABLET,
    ZOOKEEPER,
    /** It has not answered yet. It may be any. */
    UNKNOWN
  }

  /** Servers above which no further ones are remembered. */
  private static final int MOST_LEARNED = 1_000;

  /** Of those that are known so many are asked at a time when all nameservers are silent. */
  private static final int ASKED_AT_A_TIME = 5;

  private static final MethodDescriptor SHOW_TABLET = nameServerMethod("ShowTablet");
  private static final MethodDescriptor SHOW_NAMESERVERS = nameServerMethod("ShowNameServers");
  private static final MethodDescriptor FIND_NAMESERVERS =
      ClusterProto.getDescriptor()
          .findServiceByName("ClusterService")
          .findMethodByName("FindNameServers");

  private final List<String> endpoints;
  private final RpcCaller rpc;
  private final ZooKeeperLook zooKeeper;
  private final Map<String, Kind> kinds = new ConcurrentHashMap<>();
  private final Map<String, String> failures = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();

  /** Nameservers and tablets that others have told of; guarded by itself, in order of arrival. */
  private final Set<String> learnedNameServers = new LinkedHashSet<>();

  private final Set<String> learnedTablets = new LinkedHashSet<>();

  /** Addresses behind the names of servers, as far as ZooKeeper has told. */
  private final Map<String, String> addresses = new ConcurrentHashMap<>();

  /** Nameservers and tablets; a ZooKeeper server among them is taken for one that is silent. */
  public Seeds(List<String> endpoints, RpcCaller rpc) {
    this(endpoints, rpc, ZooKeeperLook.NONE);
  }

  Seeds(List<String> endpoints, RpcCaller rpc, ZooKeeperLook zooKeeper) {
    this.endpoints = List.copyOf(endpoints);
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
    for (String endpoint : endpoints) {
      if (kind(endpoint) == Kind.UNKNOWN) {
        ask(endpoint, timeout);
      }
    }
    return until(this::anyAnswered);
  }

  /**
   * Asks all seeds where the nameservers are, whether they have answered before or not.
   *
   * @return completes when one of them has answered now and a nameserver is known, or when all have
   *     answered, failed or run out of time
   */
  CompletableFuture<Void> probeAll(Duration timeout) {
    return probe(endpoints, timeout);
  }

  /**
   * Asks a few of those that are known, seeds and those that were learned of, where the nameservers
   * are by now; others each time.
   *
   * @return completes when one of them has answered now, or when all have failed or run out of time
   */
  CompletableFuture<Void> probeSome(Duration timeout) {
    Set<String> known = new LinkedHashSet<>(endpoints);
    known.addAll(learned(learnedNameServers));
    known.addAll(learned(learnedTablets));
    List<String> some = new ArrayList<>(known);
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
                if (!failures.containsKey(endpoint) && knowsNameServer()) {
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
      answered(endpoint, Kind.NAMESERVER);
      learn(
          learnedTablets, answer.getTabletsList().stream().map(TabletStatus::getEndpoint).toList());
      return ask(
              endpoint,
              SHOW_NAMESERVERS,
              ShowNameServersRequest.getDefaultInstance(),
              ShowNameServersResponse.getDefaultInstance(),
              timeout)
          .thenAccept(
              others ->
                  learn(
                      learnedNameServers,
                      others.getNameserversList().stream()
                          .map(NameServerStatus::getEndpoint)
                          .toList()));
    }
    if (failure instanceof RpcException refusal
        && (refusal.remoteCode() == RpcErrorCode.NO_SERVICE
            || refusal.remoteCode() == RpcErrorCode.NO_METHOD)) {
      answered(endpoint, Kind.TABLET);
      return ask(
              endpoint,
              FIND_NAMESERVERS,
              FindNameServersRequest.getDefaultInstance(),
              FindNameServersResponse.getDefaultInstance(),
              timeout)
          .thenAccept(others -> learn(learnedNameServers, others.getNameserversList()));
    }
    failures.put(endpoint, String.valueOf(failure.getMessage()));
    boolean silent =
        failure instanceof RpcException broken
            && broken.kind() == RpcException.Kind.OUTCOME_UNKNOWN;
    if (!silent || !endpoints.contains(endpoint)) {
      return CompletableFuture.completedFuture(null);
    }
    // It takes connections and answers nothing: what ZooKeeper does when it hears our protocol.
    return zooKeeper
        .at(endpoint)
        .handle(
            (found, cause) -> {
              if (cause == null) {
                answered(endpoint, Kind.ZOOKEEPER);
                learn(learnedNameServers, found.nameServers());
                addresses.putAll(found.addresses());
              } else if (zooKeeper != ZooKeeperLook.NONE) {
                failures.put(endpoint, String.valueOf(Causes.unwrapped(cause).getMessage()));
              }
              return null;
            });
  }

  private <R extends Message> CompletableFuture<R> ask(
      String endpoint, MethodDescriptor method, Message request, R response, Duration timeout) {
    return rpc.call(endpoint, method, request, response, timeout);
  }

  private void answered(String endpoint, Kind kind) {
    failures.remove(endpoint);
    kinds.put(endpoint, kind);
  }

  private static void learn(Set<String> known, Collection<String> told) {
    synchronized (known) {
      for (String endpoint : told) {
        if (known.size() < MOST_LEARNED && !endpoint.isEmpty()) {
          known.add(endpoint);
        }
      }
    }
  }

  private static List<String> learned(Set<String> known) {
    synchronized (known) {
      return List.copyOf(known);
    }
  }

  /**
   * Completes when a nameserver is known, or when nobody is being asked any more who may be one or
   * know one.
   */
  public CompletableFuture<Void> nameServerFound() {
    return until(this::knowsNameServer);
  }

  private CompletableFuture<Void> until(BooleanSupplier known) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (CompletableFuture<Void> one : List.copyOf(asked.values())) {
      all.add(
          one.thenRun(
              () -> {
                if (known.getAsBoolean()) {
                  result.complete(null);
                }
              }));
    }
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
            .thenRun(() -> result.complete(null));
    if (known.getAsBoolean()) {
      result.complete(null);
    }
    return result;
  }

  private Kind kind(String endpoint) {
    return kinds.getOrDefault(endpoint, Kind.UNKNOWN);
  }

  /** Those of the seeds that are tablets. */
  public List<String> tablets() {
    return endpoints.stream().filter(endpoint -> kind(endpoint) == Kind.TABLET).toList();
  }

  /** Nameservers, of the seeds and of those that were learned of; then seeds that may be some. */
  public List<String> nameServers() {
    Set<String> result = new LinkedHashSet<>(knownNameServers());
    endpoints.stream().filter(e -> kind(e) == Kind.UNKNOWN).forEach(result::add);
    return List.copyOf(result);
  }

  /** Nameservers, of the seeds and of those that were learned of. */
  List<String> knownNameServers() {
    Set<String> result = new LinkedHashSet<>();
    endpoints.stream().filter(e -> kind(e) == Kind.NAMESERVER).forEach(result::add);
    result.addAll(learned(learnedNameServers));
    return List.copyOf(result);
  }

  /** The address to dial for a server that the cluster calls so. */
  String address(String endpoint) {
    return addresses.getOrDefault(endpoint, endpoint);
  }

  /** Whether some seed has answered. */
  public boolean anyAnswered() {
    return !kinds.isEmpty();
  }

  /** Whether a nameserver has answered, or somebody who knows one. */
  public boolean knowsNameServer() {
    return kinds.containsValue(Kind.NAMESERVER) || !learned(learnedNameServers).isEmpty();
  }

  /** Each seed that has not answered, and why. */
  public String failures() {
    return endpoints.stream()
        .filter(endpoint -> kind(endpoint) == Kind.UNKNOWN)
        .map(endpoint -> endpoint + ": " + failures.getOrDefault(endpoint, "no answer"))
        .collect(Collectors.joining("; "));
  }
}
