package io.holdfast.nameserver.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.holdfast.nameserver.api.ApiRoute.Parameter;
import io.holdfast.protocol.rpc.ProtoJson;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.Map;
import java.util.TreeMap;

/** Reads addresses and bodies into requests of the service. Pure functions. */
final class ApiRequests {
  private static final int BAD_REQUEST = 400;

  private ApiRequests() {}

  /** What the query names. A parameter that the route does not have is an error, as in a body. */
  static Map<String, String> query(ApiRoute route, String query) throws ApiException {
    Map<String, String> values = new TreeMap<>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      boolean known =
          route.parameters().stream()
              .anyMatch(parameter -> !parameter.inPath() && parameter.name().equals(name));
      if (!known) {
        throw wrong("unknown parameter " + name);
      }
      values.put(name, decoded(equals < 0 ? "" : pair.substring(equals + 1)));
    }
    return values;
  }

  static String decoded(String text) throws ApiException {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      throw wrong("not an encoded address: " + text);
    }
  }

  /** The service's request. */
  static Message request(
      ApiRoute route, Message prototype, Map<String, String> parameters, byte[] body)
      throws ApiException {
    Message.Builder request = prototype.newBuilderForType();
    Message.Builder target =
        route.target().isEmpty()
            ? request
            : request.getFieldBuilder(
                request.getDescriptorForType().findFieldByName(route.target()));
    if (route.hasBody()) {
      read(body, target);
    } else if (body.length > 0) {
      throw wrong(route.method() + " " + route.path() + " takes no body");
    }
    for (Parameter parameter : route.parameters()) {
      String value = parameters.get(parameter.name());
      if (value != null && !parameter.field().isEmpty()) {
        set(target, parameter, value);
      }
    }
    if (!request.isInitialized()) {
      throw wrong(
          "required fields are missing: " + String.join(", ", request.findInitializationErrors()));
    }
    return request.build();
  }

  private static void read(byte[] body, Message.Builder target) throws ApiException {
    try {
      ProtoJson.mergeStrictly(body, target);
    } catch (IOException e) {
      String type = target.getDescriptorForType().getName();
      // A parser's message goes on with an excerpt; its first line says what is wrong.
      throw wrong(
          "cannot read the body as " + type + ": " + e.getMessage().lines().findFirst().orElse(""));
    }
  }

  private static void set(Message.Builder target, Parameter parameter, String text)
      throws ApiException {
    FieldDescriptor field = target.getDescriptorForType().findFieldByName(parameter.field());
    Object value = value(field, parameter, text);
    if (target.hasField(field) && !target.getField(field).equals(value)) {
      throw wrong(
          "the body says another " + parameter.field() + " than the path: leave it out there");
    }
    target.setField(field, value);
  }

  private static Object value(FieldDescriptor field, Parameter parameter, String text)
      throws ApiException {
    try {
      return switch (field.getType()) {
        case STRING -> text;
        case UINT32 -> Integer.parseUnsignedInt(digits(text));
        case UINT64 -> Long.parseUnsignedLong(digits(text));
        default -> throw new IllegalStateException(field + " cannot stand in an address");
      };
    } catch (NumberFormatException e) {
      throw wrong(parameter.name() + " is " + text + "; it must be an unsigned number");
    }
  }

  private static String digits(String text) {
    // Java's own parser accepts a sign.
    if (!text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new NumberFormatException(text);
    }
    return text;
  }

  static ApiException wrong(String message) {
    return new ApiException(
        BAD_REQUEST,
        ApiErrors.INVALID_PARAMETER,
        message,
        "GET " + ApiDoor.PREFIX + "/openapi.json describes every request");
  }
}
