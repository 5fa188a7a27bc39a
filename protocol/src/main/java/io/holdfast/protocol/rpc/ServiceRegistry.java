package io.holdfast.protocol.rpc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What one server serves, found by name. Immutable. */
final class ServiceRegistry {
  private final Map<String, ServiceDefinition> services = new HashMap<>();
  private final Map<String, HttpGetHandler> pages;
  private final Map<String, HttpApi> apis;

  ServiceRegistry(
      Collection<ServiceDefinition> definitions,
      Map<String, HttpGetHandler> pages,
      Map<String, HttpApi> apis) {
    for (ServiceDefinition definition : definitions) {
      add(definition.fullName(), definition);
      if (!definition.shortName().equals(definition.fullName())) {
        add(definition.shortName(), definition);
      }
    }
    this.pages = Map.copyOf(pages);
    this.apis = Map.copyOf(apis);
  }

  private void add(String name, ServiceDefinition definition) {
    if (services.putIfAbsent(name, definition) != null) {
      throw new IllegalArgumentException("two services are called " + name);
    }
  }

  /** The service of this full or short name, or null. */
  ServiceDefinition service(String name) {
    return services.get(name);
  }

  /** The plain page at this path, or null. */
  HttpGetHandler page(String path) {
    return pages.get(path);
  }

  /** What serves the part of the tree that this path is in, or null. */
  HttpApi api(String path) {
    for (Map.Entry<String, HttpApi> api : apis.entrySet()) {
      String prefix = api.getKey();
      if (path.startsWith(prefix)
          && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/')) {
        return api.getValue();
      }
    }
    return null;
  }

  String unknownService(String name) {
    return "no service " + name + " here; served: " + serviceNames();
  }

  String unknownMethod(ServiceDefinition service, String name) {
    return service.fullName()
        + " has no method "
        + name
        + " here; served: "
        + String.join(", ", service.methodNames());
  }

  String unknownPath(String path) {
    List<String> known = new ArrayList<>();
    for (ServiceDefinition service : sorted()) {
      for (String method : service.methodNames()) {
        known.add("POST /" + service.shortName() + "/" + method);
      }
    }
    new TreeSet<>(pages.keySet()).forEach(page -> known.add("GET " + page));
    new TreeSet<>(apis.keySet()).forEach(prefix -> known.add("everything below " + prefix));
    return "nothing at " + path + "; served:\n" + String.join("\n", known) + "\n";
  }

  private String serviceNames() {
    return sorted().stream().map(ServiceDefinition::fullName).collect(Collectors.joining(", "));
  }

  /** Each service once, by name. */
  private List<ServiceDefinition> sorted() {
    return services.values().stream()
        .distinct()
        .sorted(Comparator.comparing(ServiceDefinition::fullName))
        .toList();
  }
}
