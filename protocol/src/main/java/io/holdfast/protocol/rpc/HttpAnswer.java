package io.holdfast.protocol.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a plain HTTP page answers.
 *
 * @param status for example 200
 * @param contentType for example {@code text/plain; charset=utf-8}
 * @param body sent as it is; not changed afterwards
 * @param headers further header lines
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bytes, never compared
public record HttpAnswer(int status, String contentType, byte[] body, Map<String, String> headers) {
  public HttpAnswer(int status, String contentType, byte[] body) {
    this(status, contentType, body, Map.of());
  }

  /** A text in UTF-8. */
  public static HttpAnswer text(int status, String body) {
    return new HttpAnswer(
        status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
  }

  static HttpAnswer json(byte[] body, Map<String, String> headers) {
    return new HttpAnswer(200, "application/json", body, headers);
  }
}
