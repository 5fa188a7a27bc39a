package io.holdfast.client.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What is known of a cluster's servers: of each seed what it is, or why that is not known, and the
 * servers that others have told of. Asks nobody. Thread-safe.
 */
final class KnownServers {
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

  private final List<String> seeds;
  private final Map<String, Kind> kinds = new ConcurrentHashMap<>();
  private final Map<String, String> failures = new ConcurrentHashMap<>();

  /** Nameservers and tablets that others have told of; guarded by itself, in order of arrival. */
  private final Set<String> learnedNameServers = new LinkedHashSet<>();

  private final Set<String> learnedTablets = new LinkedHashSet<>();

  /** Addresses behind the names of servers, as far as ZooKeeper has told. */
  private final Map<String, String> addresses = new ConcurrentHashMap<>();

  KnownServers(List<String> seeds) {
    this.seeds = List.copyOf(seeds);
  }

  List<String> seeds() {
    return seeds;
  }

  /** The seeds that have not answered yet. */
  List<String> unknown() {
    return seeds.stream().filter(endpoint -> kind(endpoint) == Kind.UNKNOWN).toList();
  }

  /** The seeds and those that were learned of; a list of the caller's own. */
  List<String> all() {
    Set<String> all = new LinkedHashSet<>(seeds);
    all.addAll(learned(learnedNameServers));
    all.addAll(learned(learnedTablets));
    return new ArrayList<>(all);
  }

  void learnNameServers(Collection<String> told) {
    learn(learnedNameServers, told);
  }

  void learnTablets(Collection<String> told) {
    learn(learnedTablets, told);
  }

  /** Told names of servers and the addresses behind them. */
  void learnAddresses(Map<String, String> told) {
    addresses.putAll(told);
  }

  void failed(String endpoint, Throwable failure) {
    failures.put(endpoint, String.valueOf(failure.getMessage()));
  }

  /** Whether a server did not answer when it was asked last. */
  boolean hasFailed(String endpoint) {
    return failures.containsKey(endpoint);
  }

  void answered(String endpoint, Kind kind) {
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

  private Kind kind(String endpoint) {
    return kinds.getOrDefault(endpoint, Kind.UNKNOWN);
  }

  /** Those of the seeds that are tablets. */
  List<String> tablets() {
    return seeds.stream().filter(endpoint -> kind(endpoint) == Kind.TABLET).toList();
  }

  /** Nameservers, of the seeds and of those that were learned of; then seeds that may be some. */
  List<String> nameServersOrUnknown() {
    Set<String> result = new LinkedHashSet<>(nameServers());
    result.addAll(unknown());
    return List.copyOf(result);
  }

  /** Nameservers, of the seeds and of those that were learned of. */
  List<String> nameServers() {
    Set<String> result = new LinkedHashSet<>();
    seeds.stream().filter(e -> kind(e) == Kind.NAMESERVER).forEach(result::add);
    result.addAll(learned(learnedNameServers));
    return List.copyOf(result);
  }

  /** The address to dial for a server that the cluster calls so. */
  String address(String endpoint) {
    return addresses.getOrDefault(endpoint, endpoint);
  }

  /** Whether some seed has answered. */
  boolean anyAnswered() {
    return !kinds.isEmpty();
  }

  /** Whether a nameserver has answered, or somebody who knows one. */
  boolean hasNameServer() {
    return kinds.containsValue(Kind.NAMESERVER) || !learned(learnedNameServers).isEmpty();
  }

  /** Each seed that has not answered, and why. */
  String failures() {
    return unknown().stream()
        .map(endpoint -> endpoint + ": " + failures.getOrDefault(endpoint, "no answer"))
        .collect(Collectors.joining("; "));
  }
}
