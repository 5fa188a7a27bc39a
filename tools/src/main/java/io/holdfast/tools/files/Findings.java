package io.holdfast.tools.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Prints what was found as it is found, and remembers the worst of it. For one thread. */
final class Findings {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintWriter out;
  private final boolean json;
  private final Map<Level, Integer> counts = new LinkedHashMap<>();

  Findings(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /**
   * @param where what it is about, such as a replica; may be empty
   * @param what the kind of file
   */
  void add(String where, String what, Level level, String text) {
    counts.merge(level, 1, Integer::sum);
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("where", where);
      fields.put("what", what);
      fields.put("level", level.word().toLowerCase(Locale.ROOT));
      fields.put("text", text);
      json(fields);
    } else {
      out.printf(Locale.ROOT, "%-10s %-9s %-7s %s%n", where, what, level.word(), text);
      out.flush();
    }
  }

  /** One JSON document in a line. */
  void json(Map<String, Object> fields) {
    try {
      out.println(JSON.writeValueAsString(fields));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    out.flush();
  }

  void line(String text) {
    if (!json) {
      out.println(text);
      out.flush();
    }
  }

  boolean isJson() {
    return json;
  }

  Level worst() {
    Level worst = Level.OK;
    for (Level level : counts.keySet()) {
      worst = level.compareTo(worst) > 0 ? level : worst;
    }
    return worst;
  }

  int count(Level level) {
    return counts.getOrDefault(level, 0);
  }
}
