package io.holdfast.protocol.meta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a JSON object, taken out one by one. What is missing, of another type, out of range
 * or left over at the {@link #end()} is an error that names the object and the field. Only texts,
 * whole numbers, objects and lists of them are read.
 */
final class JsonFields {
  private static final int MAX_DEPTH = 8;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(32)
                  .build())
          .build();

  private final String what;
  private final Map<String, Object> fields;

  private JsonFields(String what, Map<String, Object> fields) {
    this.what = what;
    this.fields = fields;
  }

  /**
   * Reads one object that fills all of the bytes.
   *
   * @param what names the object in errors
   */
  static JsonFields parse(String what, byte[] json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException(what + ": no JSON object");
      }
      JsonFields result = new JsonFields(what, object(what, parser));
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException(what + ": something follows the JSON object");
      }
      return result;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(what + ": not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(what + ": not JSON: " + e.getMessage(), e);
    }
  }

  private static Map<String, Object> object(String what, JsonParser parser) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, value(what + ": " + name, parser));
    }
    return fields;
  }

  private static Object value(String what, JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case START_OBJECT -> new JsonFields(what, object(what, parser));
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(what + "[" + list.size() + "]", parser));
        }
        yield list;
      }
      default ->
          throw new IllegalArgumentException(what + ": unexpected value " + parser.getText());
    };
  }

  String text(String name) {
    return take(name, String.class);
  }

  JsonFields object(String name) {
    return take(name, JsonFields.class);
  }

  /** Whether a field is there that need not be. */
  boolean has(String name) {
    return fields.containsKey(name);
  }

  /** The text, or null when there is no such field. */
  String textOrNull(String name) {
    return fields.containsKey(name) ? text(name) : null;
  }

  /** A number of at least {@code least}. */
  long number(String name, long least) {
    long value = take(name, Long.class);
    if (value < least) {
      throw error(name + " must be at least " + least + ": " + value);
    }
    return value;
  }

  /** A number of at least {@code least} that fits in an int. */
  int integer(String name, int least) {
    long value = number(name, least);
    if (value > Integer.MAX_VALUE) {
      throw error(name + " must be at most " + Integer.MAX_VALUE + ": " + value);
    }
    return (int) value;
  }

  /** A list whose elements are all of one of the types that this class reads. */
  <T> List<T> list(String name, Class<T> type) {
    List<T> result = new ArrayList<>();
    for (Object element : take(name, List.class)) {
      if (!type.isInstance(element)) {
        throw error(name + "[" + result.size() + "] is of another type");
      }
      result.add(type.cast(element));
    }
    return result;
  }

  /** A list of numbers from 0 that fit in an int; empty when there is no such field. */
  List<Integer> integersOrEmpty(String name) {
    List<Integer> result = new ArrayList<>();
    for (long value : listOrEmpty(name, Long.class)) {
      if (value < 0 || value > Integer.MAX_VALUE) {
        throw error(name + "[" + result.size() + "] is out of range: " + value);
      }
      result.add((int) value);
    }
    return result;
  }

  /** As {@link #list}; empty when there is no such field. */
  <T> List<T> listOrEmpty(String name, Class<T> type) {
    return fields.containsKey(name) ? list(name, type) : List.of();
  }

  private <T> T take(String name, Class<T> type) {
    Object value = fields.remove(name);
    if (value == null) {
      throw error(name + " is missing");
    }
    if (!type.isInstance(value)) {
      throw error(name + " is of another type");
    }
    return type.cast(value);
  }

  /** Everything that is known has been taken. */
  void end() {
    if (!fields.isEmpty()) {
      throw error("unknown fields " + fields.keySet());
    }
  }

  IllegalArgumentException error(String reason) {
    return new IllegalArgumentException(what + ": " + reason);
  }
}
