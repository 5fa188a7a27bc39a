package io.holdfast.nameserver.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.common.error.OperatorAdvice;
import io.holdfast.protocol.rpc.HttpAnswer;
import io.holdfast.protocol.rpc.RpcErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What went wrong, as {@code {code, message, hint}}, perhaps with {@code reasons}, and a status of
 * HTTP. Pure functions.
 */
final class ApiErrors {
  static final String JSON_TYPE = "application/json";
  static final int INVALID_PARAMETER = 307;
  static final int NOT_ACTIVE = 300;

  private static final ObjectMapper JSON = new ObjectMapper();

  private ApiErrors() {}

  static HttpAnswer of(ApiException problem) {
    return answer(problem.status(), problem.code(), problem.getMessage(), problem.hint(), Map.of());
  }

  /** The service said no. */
  static HttpAnswer refused(int code, String message, List<String> reasons) {
    return answer(status(code), code, message, OperatorAdvice.of(code), reasons, Map.of());
  }

  /** The call did not come to an answer of the service. */
  static HttpAnswer failed(int code, String text) {
    boolean overloaded = code == RpcErrorCode.OVERLOADED;
    return answer(
        overloaded ? 503 : 500,
        code,
        text,
        overloaded
            ? "repeat it after a while"
            : "look before you repeat a change: it may or may not have been done",
        Map.of());
  }

  /**
   * This nameserver is not the active one.
   *
   * @param leader the one that is; empty when it is not known
   * @param pathAndQuery what was asked for
   */
  static HttpAnswer elsewhere(String leader, String pathAndQuery) {
    if (leader.isEmpty()) {
      return answer(
          503,
          NOT_ACTIVE,
          "nameserver is not leader",
          "no nameserver is active at the moment; repeat it after a while",
          Map.of());
    }
    return answer(
        307,
        NOT_ACTIVE,
        "nameserver is not leader",
        "ask " + leader + ", which is the active one",
        Map.of("Location", "http://" + leader + pathAndQuery));
  }

  /** Codes are OpenMLDB's; what they have in common is told by HTTP's status. */
  private static int status(int code) {
    return switch (code) {
      case 100, 136, 302, 308, 802 -> 404;
      case INVALID_PARAMETER -> 400;
      case 304 -> 503;
      case 701 -> 501;
      // Everything else: it is not so that this can be done now.
      default -> 409;
    };
  }

  private static HttpAnswer answer(
      int status, int code, String message, String hint, Map<String, String> headers) {
    return answer(status, code, message, hint, List.of(), headers);
  }

  private static HttpAnswer answer(
      int status,
      int code,
      String message,
      String hint,
      List<String> reasons,
      Map<String, String> headers) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("code", code);
    fields.put("message", message);
    fields.put("hint", hint);
    if (!reasons.isEmpty()) {
      fields.put("reasons", reasons);
    }
    return new HttpAnswer(status, JSON_TYPE, json(fields), headers);
  }

  static byte[] json(Object value) {
    try {
      return (JSON.writeValueAsString(value) + "\n").getBytes(UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values cannot fail", e);
    }
  }
}
