package io.holdfast.protocol.rpc;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A protobuf service and what serves its methods. Callers reach it by its full name ({@code
 * openmldb.nameserver.NameServer}) and by its short one ({@code NameServer}). Immutable.
 */
public final class ServiceDefinition {
  /** One served method; exactly one of the handlers is set. */
  record Method(
      MethodDescriptor descriptor,
      Message prototype,
      UnaryHandler<Message> unary,
      OneWayHandler<Message> oneWay) {}

  private final ServiceDescriptor descriptor;
  private final Map<String, Method> methods;

  private ServiceDefinition(ServiceDescriptor descriptor, Map<String, Method> methods) {
    this.descriptor = descriptor;
    this.methods = Map.copyOf(methods);
  }

  /**
   * Starts a definition.
   *
   * @param descriptor from the generated file descriptor, {@code findServiceByName}
   */
  public static Builder builder(ServiceDescriptor descriptor) {
    return new Builder(descriptor);
  }

  /** For example {@code openmldb.nameserver.NameServer}. */
  public String fullName() {
    return descriptor.getFullName();
  }

  /** For example {@code NameServer}. */
  public String shortName() {
    return descriptor.getName();
  }

  /**
   * Calls a served method from within the process.
   *
   * @param request of the method's input type
   * @throws IllegalArgumentException when no method of this name answers here
   */
  public void call(String method, Message request, RpcCall call) {
    Method served = methods.get(method);
    if (served == null || served.unary() == null) {
      throw new IllegalArgumentException(fullName() + " has no method " + method + " here");
    }
    Dispatch.ask(served, request, call);
  }

  /**
   * An instance of what a served method takes.
   *
   * @throws IllegalArgumentException when no method of this name is served
   */
  public Message prototype(String method) {
    Method served = methods.get(method);
    if (served == null) {
      throw new IllegalArgumentException(fullName() + " has no method " + method + " here");
    }
    return served.prototype();
  }

  /** The served method of this name, or null. */
  Method method(String name) {
    return methods.get(name);
  }

  /** In the order of the alphabet. */
  List<String> methodNames() {
    return methods.keySet().stream().sorted().toList();
  }

  /** Collects handlers. Methods of the service without one are answered as unknown. */
  public static final class Builder {
    private final ServiceDescriptor descriptor;
    private final Map<String, Method> methods = new TreeMap<>();

    private Builder(ServiceDescriptor descriptor) {
      this.descriptor = descriptor;
    }

    /**
     * Serves a method that answers.
     *
     * @param requestPrototype any instance of the method's input type
     */
    public <Q extends Message> Builder unary(
        String methodName, Q requestPrototype, UnaryHandler<Q> handler) {
      @SuppressWarnings("unchecked") // requests are parsed by the prototype's own parser
      UnaryHandler<Message> erased = (request, call) -> handler.handle((Q) request, call);
      return add(methodName, requestPrototype, erased, null);
    }

    /**
     * Serves a method that never answers, whatever happens to the message.
     *
     * @param requestPrototype any instance of the method's input type
     */
    public <Q extends Message> Builder oneWay(
        String methodName, Q requestPrototype, OneWayHandler<Q> handler) {
      @SuppressWarnings("unchecked") // requests are parsed by the prototype's own parser
      OneWayHandler<Message> erased =
          (request, connection) -> handler.handle((Q) request, connection);
      return add(methodName, requestPrototype, null, erased);
    }

    private Builder add(
        String name,
        Message prototype,
        UnaryHandler<Message> unary,
        OneWayHandler<Message> oneWay) {
      MethodDescriptor method = descriptor.findMethodByName(name);
      if (method == null) {
        throw new IllegalArgumentException(descriptor.getFullName() + " has no method " + name);
      }
      String expected = method.getInputType().getFullName();
      String actual = prototype.getDescriptorForType().getFullName();
      if (!expected.equals(actual)) {
        throw new IllegalArgumentException(
            method.getFullName() + " takes " + expected + ", not " + actual);
      }
      Method before =
          methods.putIfAbsent(
              name, new Method(method, prototype.getDefaultInstanceForType(), unary, oneWay));
      if (before != null) {
        throw new IllegalArgumentException(method.getFullName() + " has a handler already");
      }
      return this;
    }

    public ServiceDefinition build() {
      return new ServiceDefinition(descriptor, methods);
    }
  }
}
