package io.holdfast.protocol.rpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Protobuf messages as the JSON that brpc speaks: field names as in the proto file, 64-bit integers
 * as numbers, enums by name, bytes as base64. Fields that are not set and empty lists are left out;
 * a field that was set is written even when it has its default. Not the mapping of
 * protobuf-java-util, which writes camel case and 64-bit integers as strings. Stateless.
 *
 * <p>On input, unknown fields and nulls are skipped, enums may be numbers, and numbers may be
 * strings. Maps are objects; infinite and undefined numbers are the strings {@code Infinity},
 * {@code -Infinity} and {@code NaN}.
 */
public final class ProtoJson {
  private static final int MAX_DEPTH = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  // The size of the whole text is bounded before it comes here.
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private ProtoJson() {}

  /** A message as JSON in UTF-8. */
  public static byte[] write(Message message) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = FACTORY.createGenerator(bytes)) {
      ProtoJsonWriter.message(out, message);
    }
    return bytes.toByteArray();
  }

  /**
   * A message from JSON in UTF-8.
   *
   * @param json empty or blank for a message without fields
   * @param prototype any instance of the message's type
   * @throws IOException when this is no JSON object, a value does not fit its field, or a required
   *     field is missing; the message names the place
   */
  public static <M extends Message> M read(byte[] json, M prototype) throws IOException {
    Message.Builder builder = prototype.newBuilderForType();
    try (JsonParser in = FACTORY.createParser(json)) {
      JsonToken first = in.nextToken();
      if (first != null) {
        ProtoJsonReader.message(in, builder);
        if (in.nextToken() != null) {
          throw new IOException("more text after the JSON object");
        }
      }
    }
    if (!builder.isInitialized()) {
      throw new IOException(
          "required fields are missing: " + String.join(", ", builder.findInitializationErrors()));
    }
    @SuppressWarnings("unchecked") // a message's builder builds its own type
    M message = (M) builder.build();
    return message;
  }
}
