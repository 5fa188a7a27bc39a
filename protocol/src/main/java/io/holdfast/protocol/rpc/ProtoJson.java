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
    return write(message, false);
  }

  /** The same, but empty lists are there: whoever reads one need not look whether it is. */
  public static byte[] writeWithEmptyLists(Message message) throws IOException {
    return write(message, true);
  }

  private static byte[] write(Message message, boolean emptyLists) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = FACTORY.createGenerator(bytes)) {
      new ProtoJsonWriter(out, emptyLists).message(message);
    }
    return bytes.toByteArray();
  }

  /**
   * Puts what stands in JSON into a message. Here an unknown field is an error: a name that was
   * mistyped would otherwise change what is asked for. Required fields may be missing.
   *
   * @param json empty or blank for nothing
   * @throws IOException when this is no JSON object, a field is not known or a value does not fit;
   *     the message names the place
   */
  public static void mergeStrictly(byte[] json, Message.Builder builder) throws IOException {
    merge(json, builder, true);
  }

  private static void merge(byte[] json, Message.Builder builder, boolean strict)
      throws IOException {
    try (JsonParser in = FACTORY.createParser(json)) {
      JsonToken first = in.nextToken();
      if (first != null) {
        new ProtoJsonReader(in, strict).message(builder);
        if (in.nextToken() != null) {
          throw new IOException("more text after the JSON object");
        }
      }
    }
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
    merge(json, builder, false);
    if (!builder.isInitialized()) {
      throw new IOException(
          "required fields are missing: " + String.join(", ", builder.findInitializationErrors()));
    }
    @SuppressWarnings("unchecked") // a message's builder builds its own type
    M message = (M) builder.build();
    return message;
  }
}
