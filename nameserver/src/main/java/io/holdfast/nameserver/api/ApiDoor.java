package io.holdfast.nameserver.api;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.holdfast.common.error.OperatorAdvice;
import io.holdfast.protocol.openmldb.nameserver.NameServerOuterClass;
import io.holdfast.protocol.openmldb.nameserver.PlanRequest;
import io.holdfast.protocol.openmldb.nameserver.UseDatabaseRequest;
import io.holdfast.protocol.rpc.HttpAnswer;
import io.holdfast.protocol.rpc.HttpApi;
import io.holdfast.protocol.rpc.ProtoJson;
import io.holdfast.protocol.rpc.ServiceDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Serves {@code /api/v1}. Every request becomes a call of the nameserver's own service, so shell,
 * OpenMLDB's clients and HTTP get one answer. Stateless; never blocks.
 */
public final class ApiDoor implements HttpApi {
  /** What every path begins with. */
  public static final String PREFIX = "/api/v1";

  private static final String DOCUMENT = PREFIX + "/openapi.json";

  /** Enough for the largest table that can be created. */
  private static final int MAX_BODY_BYTES = 1 << 20;

  private static final ServiceDescriptor SERVICE =
      NameServerOuterClass.getDescriptor().findServiceByName("NameServer");

  private static final HttpAnswer DONE =
      new HttpAnswer(200, ApiErrors.JSON_TYPE, ApiErrors.json(Map.of("result", "ok")));

  private final ServiceDefinition service;
  private final List<ApiRoute> routes;
  private final byte[] document;

  /**
   * @param service the nameserver's
   */
  public ApiDoor(ServiceDefinition service) {
    this.service = service;
    this.routes = ApiRoutes.all();
    // A route without a method shows when the server starts, not when somebody asks.
    routes.forEach(route -> service.prototype(route.call()));
    this.document = ApiErrors.json(OpenApiDocument.of(routes));
  }

  /** A request on its way, with where its answer goes. */
  private record Exchange(
      ApiRoute route,
      Request request,
      Map<String, String> parameters,
      Consumer<Supplier<HttpAnswer>> out) {}

  @Override
  public void serve(Request request, Consumer<Supplier<HttpAnswer>> answer) {
    try {
      if (request.path().equals(DOCUMENT) && request.method().equals("GET")) {
        answer.accept(() -> new HttpAnswer(200, ApiErrors.JSON_TYPE, document));
        return;
      }
      if (request.body().length > MAX_BODY_BYTES) {
        throw new ApiException(
            413,
            ApiErrors.INVALID_PARAMETER,
            "a body may have at most " + MAX_BODY_BYTES + " bytes",
            "");
      }
      Map<String, String> parameters = new TreeMap<>();
      ApiRoute route = route(request, parameters);
      parameters.putAll(ApiRequests.query(route, request.query()));
      start(new Exchange(route, request, parameters, answer));
    } catch (ApiException e) {
      answer.accept(() -> ApiErrors.of(e));
    }
  }

  private ApiRoute route(Request request, Map<String, String> parameters) throws ApiException {
    String path = request.path().substring(PREFIX.length());
    String[] pieces = path.isEmpty() ? new String[0] : path.substring(1).split("/", -1);
    TreeSet<String> methods = new TreeSet<>();
    for (ApiRoute route : routes) {
      Map<String, String> found = match(route.pieces(), pieces);
      if (found != null && route.method().equals(request.method())) {
        parameters.putAll(found);
        return route;
      } else if (found != null) {
        methods.add(route.method());
      }
    }
    String hint = "GET " + DOCUMENT + " lists what there is";
    throw methods.isEmpty()
        ? new ApiException(404, 404, "nothing at " + request.path(), hint)
        : new ApiException(
            405,
            405,
            request.method() + " is not for " + request.path() + "; it takes " + methods,
            hint);
  }

  /** The parameters of the path; null when it is another one. */
  private static Map<String, String> match(List<String> wanted, String[] pieces)
      throws ApiException {
    if (wanted.size() != pieces.length) {
      return null;
    }
    Map<String, String> parameters = new TreeMap<>();
    for (int i = 0; i < pieces.length; i++) {
      String piece = wanted.get(i);
      if (piece.startsWith("{")) {
        // In a path a plus is a plus.
        String value = ApiRequests.decoded(pieces[i].replace("+", "%2B"));
        if (value.isEmpty()) {
          return null;
        }
        parameters.put(piece.substring(1, piece.length() - 1), value);
      } else if (!piece.equals(pieces[i])) {
        return null;
      }
    }
    return parameters;
  }

  private void start(Exchange exchange) throws ApiException {
    ApiRoute route = exchange.route();
    MethodDescriptor method = SERVICE.findMethodByName(route.call());
    Message request =
        ApiRequests.request(
            route,
            service.prototype(route.call()),
            exchange.parameters(),
            exchange.request().body());
    if (!method.getInputType().equals(request.getDescriptorForType())) {
      throw new IllegalStateException(route + " makes a request of another method");
    }
    if (route.isPlan()) {
      PlanRequest wanted =
          PlanRequest.newBuilder()
              .setMethod(route.call())
              .setRequest(request.toByteString())
              .build();
      call(
          exchange, "Plan", wanted, answer -> exchange.out().accept(() -> shown(exchange, answer)));
      return;
    }
    if (!route.inDatabase()) {
      call(
          exchange,
          route.call(),
          request,
          answer -> exchange.out().accept(() -> shown(exchange, answer)));
      return;
    }
    // An empty list of a database that does not exist would look like one of a database that does.
    UseDatabaseRequest lookup =
        UseDatabaseRequest.newBuilder().setDb(exchange.parameters().get("db")).build();
    call(
        exchange,
        "UseDatabase",
        lookup,
        there ->
            call(
                exchange,
                route.call(),
                request,
                answer -> exchange.out().accept(() -> shown(exchange, answer))));
  }

  /** Makes a call; what it is refused with is the answer to the exchange. */
  private void call(Exchange exchange, String method, Message request, Consumer<Message> done) {
    service.call(
        method,
        request,
        new LocalCall(
            answer -> {
              int code = (Integer) answer.getField(field(answer, "code"));
              if (code == 0) {
                done.accept(answer);
              } else if (code == ApiErrors.NOT_ACTIVE) {
                exchange.out().accept(() -> elsewhere(exchange.request(), answer));
              } else {
                exchange
                    .out()
                    .accept(() -> ApiErrors.refused(code, text(answer, "msg"), reasons(answer)));
              }
            },
            (code, text) -> exchange.out().accept(() -> ApiErrors.failed(code, text))));
  }

  private static HttpAnswer elsewhere(Request request, Message answer) {
    String query = request.query().isEmpty() ? "" : "?" + request.query();
    return ApiErrors.elsewhere(text(answer, "leader"), request.path() + query);
  }

  private static HttpAnswer shown(Exchange exchange, Message answer) {
    ApiRoute route = exchange.route();
    if (route.view().type() == null) {
      return new HttpAnswer(route.success(), ApiErrors.JSON_TYPE, DONE.body());
    }
    Message shown = route.view().picker().pick(answer, exchange.parameters());
    if (shown == null) {
      int code = route.view().type().getName().equals("TableInfo") ? 100 : 404;
      return ApiErrors.of(
          new ApiException(
              404,
              code,
              code == 100 ? "table does not exist" : "there is no such thing",
              OperatorAdvice.of(code)));
    }
    try {
      return new HttpAnswer(
          200, ApiErrors.JSON_TYPE, ProtoJson.writeWithEmptyLists(withoutStatus(shown)));
    } catch (IOException e) {
      throw new IllegalStateException("an answer cannot be written as JSON", e);
    }
  }

  /** Without what HTTP's status says. */
  private static Message withoutStatus(Message answer) {
    DynamicMessage.Builder shown = DynamicMessage.newBuilder(answer.getDescriptorForType());
    answer
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (!OpenApiDocument.STATUS_FIELDS.contains(field.getName())) {
                shown.setField(field, value);
              }
            });
    return shown.buildPartial();
  }

  /** What was said of several replicas; empty where an answer says nothing of them. */
  private static List<String> reasons(Message answer) {
    FieldDescriptor field = field(answer, "reasons");
    return field == null
        ? List.of()
        : ((List<?>) answer.getField(field)).stream().map(String::valueOf).toList();
  }

  private static String text(Message answer, String name) {
    return (String) answer.getField(field(answer, name));
  }

  private static FieldDescriptor field(Message answer, String name) {
    return answer.getDescriptorForType().findFieldByName(name);
  }

  /** Everything that is served, for tests. */
  public List<ApiRoute> routes() {
    return new ArrayList<>(routes);
  }
}
