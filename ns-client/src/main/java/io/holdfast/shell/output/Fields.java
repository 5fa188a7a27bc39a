package io.holdfast.shell.output;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Builds a JSON object whose fields keep their order; null is a value like any other. */
public final class Fields {
  private final Map<String, Object> fields = new LinkedHashMap<>();

  public Fields put(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  public Map<String, Object> map() {
    return Collections.unmodifiableMap(fields);
  }
}
