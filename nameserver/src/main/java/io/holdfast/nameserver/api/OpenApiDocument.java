package io.holdfast.nameserver.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.holdfast.nameserver.api.ApiRoute.Parameter;
import io.holdfast.protocol.openmldb.nameserver.NameServerOuterClass;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The OpenAPI 3.1 description of the routes. Made of the routes and of the messages themselves, so
 * that it cannot say anything else than what is served.
 */
public final class OpenApiDocument {
  /** Fields of answers whose meaning is told by HTTP's status. */
  static final Set<String> STATUS_FIELDS = Set.of("code", "msg", "leader");

  private static final String JSON = "application/json";
  private static final String REF = "#/components/schemas/";
  private static final ServiceDescriptor SERVICE =
      NameServerOuterClass.getDescriptor().findServiceByName("NameServer");

  private final Map<String, Object> schemas = new TreeMap<>();

  private OpenApiDocument() {}

  /** The document as plain maps and lists. */
  public static Map<String, Object> of(List<ApiRoute> routes) {
    return new OpenApiDocument().document(routes);
  }

  private Map<String, Object> document(List<ApiRoute> routes) {
    Map<String, Object> paths = new LinkedHashMap<>();
    for (ApiRoute route : routes) {
      @SuppressWarnings("unchecked") // only this loop fills the map
      Map<String, Object> path =
          (Map<String, Object>)
              paths.computeIfAbsent(route.path(), unused -> new LinkedHashMap<String, Object>());
      path.put(route.method().toLowerCase(java.util.Locale.ROOT), operation(route));
    }
    schemas.put("Error", error());
    schemas.put("Done", object(ordered("result", ordered("type", "string", "const", "ok"))));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openapi", "3.1.0");
    document.put(
        "info",
        ordered(
            "title",
            "Holdfast nameserver",
            "version",
            "1",
            "description",
            "What the nameserver shell can do, as JSON over HTTP. A nameserver that is not the"
                + " active one answers 307 with the address of the active one, or 503 while none"
                + " is. Unknown fields and parameters are refused."));
    document.put("servers", List.of(Map.of("url", ApiDoor.PREFIX)));
    document.put("paths", paths);
    document.put("components", Map.of("schemas", schemas));
    return document;
  }

  private Map<String, Object> operation(ApiRoute route) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("operationId", operationId(route));
    operation.put("summary", route.summary());
    operation.put("x-commands", route.commands());
    List<Object> parameters = new ArrayList<>();
    Descriptor target = target(route);
    for (Parameter parameter : route.parameters()) {
      parameters.add(parameter(parameter, target));
    }
    if (!parameters.isEmpty()) {
      operation.put("parameters", parameters);
    }
    if (route.hasBody()) {
      operation.put(
          "requestBody",
          ordered(
              "required",
              true,
              "content",
              Map.of(JSON, ordered("schema", ref(target), "example", parsed(route.example())))));
    }
    Object success = route.view().type() == null ? Map.of("$ref", REF + "Done") : shown(route);
    Map<String, Object> responses = new LinkedHashMap<>();
    responses.put(Integer.toString(route.success()), answer("done", success));
    responses.put(
        "307", answer("this nameserver is not the active one; Location names that", errorRef()));
    responses.put("default", answer("it was refused, or failed", errorRef()));
    operation.put("responses", responses);
    return operation;
  }

  private static String operationId(ApiRoute route) {
    StringBuilder id = new StringBuilder(route.method().toLowerCase(java.util.Locale.ROOT));
    for (String piece : route.pieces()) {
      String word = piece.startsWith("{") ? "by_" + piece.substring(1, piece.length() - 1) : piece;
      id.append('_').append(word);
    }
    return id.toString();
  }

  private static Descriptor target(ApiRoute route) {
    Descriptor request = SERVICE.findMethodByName(route.call()).getInputType();
    return route.target().isEmpty()
        ? request
        : request.findFieldByName(route.target()).getMessageType();
  }

  private static Map<String, Object> parameter(Parameter parameter, Descriptor target) {
    FieldDescriptor field =
        parameter.field().isEmpty() ? null : target.findFieldByName(parameter.field());
    boolean number = field != null && field.getJavaType() != FieldDescriptor.JavaType.STRING;
    return ordered(
        "name",
        parameter.name(),
        "in",
        parameter.inPath() ? "path" : "query",
        "required",
        parameter.inPath(),
        "schema",
        number ? ordered("type", "integer", "minimum", 0) : Map.of("type", "string"),
        "example",
        number ? (Object) Long.parseLong(parameter.example()) : parameter.example());
  }

  /** The schema of what is shown: that of the answer without the fields of its status. */
  private Map<String, Object> shown(ApiRoute route) {
    return ref(route.view().type());
  }

  private Map<String, Object> ref(Descriptor type) {
    if (!schemas.containsKey(type.getName())) {
      // There before its fields are looked at: a type may contain itself.
      schemas.put(type.getName(), Map.of());
      Map<String, Object> fields = new LinkedHashMap<>();
      for (FieldDescriptor field : type.getFields()) {
        boolean status =
            type.getName().endsWith("Response") && STATUS_FIELDS.contains(field.getName());
        if (!status) {
          fields.put(field.getName(), schema(field));
        }
      }
      schemas.put(
          type.getName(),
          ordered("type", "object", "properties", fields, "additionalProperties", false));
    }
    return Map.of("$ref", REF + type.getName());
  }

  private Map<String, Object> schema(FieldDescriptor field) {
    Map<String, Object> one =
        switch (field.getType()) {
          case UINT32, UINT64, FIXED32, FIXED64 -> ordered("type", "integer", "minimum", 0);
          case INT32, INT64, SINT32, SINT64, SFIXED32, SFIXED64 -> ordered("type", "integer");
          case FLOAT, DOUBLE -> ordered("type", "number");
          case BOOL -> ordered("type", "boolean");
          case STRING -> ordered("type", "string");
          case BYTES -> ordered("type", "string", "contentEncoding", "base64");
          case ENUM ->
              ordered(
                  "type",
                  "string",
                  "enum",
                  field.getEnumType().getValues().stream()
                      .map(EnumValueDescriptor::getName)
                      .toList());
          case MESSAGE, GROUP -> ref(field.getMessageType());
        };
    return field.isRepeated() ? ordered("type", "array", "items", one) : one;
  }

  private static Map<String, Object> answer(String description, Object schema) {
    return ordered("description", description, "content", Map.of(JSON, Map.of("schema", schema)));
  }

  private static Map<String, Object> error() {
    Map<String, Object> error =
        object(
            ordered(
                "code",
                ordered("type", "integer", "description", "OpenMLDB's return code"),
                "message",
                ordered("type", "string"),
                "hint",
                ordered("type", "string", "description", "what to do next; may be empty"),
                "reasons",
                ordered(
                    "type",
                    "array",
                    "description",
                    "what the message says of several replicas, a sentence for each",
                    "items",
                    ordered("type", "string"))));
    error.put("required", List.of("code", "hint", "message"));
    return error;
  }

  private static Map<String, Object> errorRef() {
    return Map.of("$ref", REF + "Error");
  }

  private static Map<String, Object> object(Map<String, Object> properties) {
    TreeMap<String, Object> sorted = new TreeMap<>(properties);
    return ordered(
        "type",
        "object",
        "properties",
        sorted,
        "required",
        List.copyOf(sorted.keySet()),
        "additionalProperties",
        false);
  }

  private static Object parsed(String json) {
    try {
      return new ObjectMapper().readValue(json, Object.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an example is no JSON: " + json, e);
    }
  }

  /** A map that keeps the order of its keys, so that the document reads well and never changes. */
  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
