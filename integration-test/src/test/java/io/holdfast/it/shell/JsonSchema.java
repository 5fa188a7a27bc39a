package io.holdfast.it.shell;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks values against the schemas of an OpenAPI document; knows what ours uses of JSON Schema.
 */
final class JsonSchema {
  private final JsonNode document;

  JsonSchema(JsonNode document) {
    this.document = document;
  }

  /** What is wrong with a value; empty for nothing. */
  List<String> problems(JsonNode value, JsonNode schema) {
    List<String> problems = new ArrayList<>();
    check(value, schema, "", problems);
    return problems;
  }

  private void check(JsonNode value, JsonNode schema, String at, List<String> problems) {
    if (schema.has("$ref")) {
      check(value, document.at(schema.get("$ref").asText().substring(1)), at, problems);
      return;
    }
    String type = schema.path("type").asText();
    boolean fits =
        switch (type) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isTextual();
          case "integer" -> value.isIntegralNumber();
          case "number" -> value.isNumber();
          case "boolean" -> value.isBoolean();
          default -> false;
        };
    if (!fits) {
      problems.add(at + " is " + value + ", not of type " + type);
    } else if (type.equals("object")) {
      value
          .fields()
          .forEachRemaining(
              field -> {
                JsonNode known = schema.at("/properties/" + field.getKey());
                if (known.isMissingNode()) {
                  problems.add(at + "/" + field.getKey() + " is not documented");
                } else {
                  check(field.getValue(), known, at + "/" + field.getKey(), problems);
                }
              });
      schema
          .path("required")
          .forEach(
              name -> {
                if (!value.has(name.asText())) {
                  problems.add(at + "/" + name.asText() + " is missing");
                }
              });
    } else if (type.equals("array")) {
      for (int i = 0; i < value.size(); i++) {
        check(value.get(i), schema.get("items"), at + "/" + i, problems);
      }
    } else if (schema.has("enum")) {
      boolean known = false;
      for (JsonNode one : schema.get("enum")) {
        known |= one.equals(value);
      }
      if (!known) {
        problems.add(at + " is " + value + ", none of " + schema.get("enum"));
      }
    }
  }
}
