package io.holdfast.tablet.session;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * What a tablet says of itself in {@code tablets/live/<endpoint>}, see docs/formats/metadata.md.
 *
 * @param endpoint where it serves
 * @param incarnation the life of its process
 * @param build the software's version
 */
public record LiveRecord(String endpoint, long incarnation, String build) {
  private static final int FORMAT = 1;
  private static final JsonFactory FACTORY = new JsonFactory();

  /** As it stands in ZooKeeper. */
  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeNumberField("format", FORMAT);
      out.writeStringField("endpoint", endpoint);
      out.writeStringField("incarnation", String.format(Locale.ROOT, "%016x", incarnation));
      out.writeStringField("build", build);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("there is no file or socket here", e);
    }
    return bytes.toByteArray();
  }
}
