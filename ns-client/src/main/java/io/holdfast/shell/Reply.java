package io.holdfast.shell;

import io.holdfast.shell.output.Fields;
import java.util.List;
import java.util.Map;

/**
 * What a command came to: the lines for a reader, the same as a JSON value, and the exit code. It
 * prints nothing itself. Immutable.
 *
 * @param lines for standard output in the table layout
 * @param json for standard output in the JSON layout
 * @param hint what to do next, for standard error; may be empty
 * @param leave whether the shell ends
 * @param ops ids of the operations that the command became
 */
public record Reply(
    ExitCode code, List<String> lines, Object json, String hint, boolean leave, List<Long> ops) {
  private static final int NOT_SUPPORTED = 701;

  public Reply {
    lines = List.copyOf(lines);
    ops = List.copyOf(ops);
  }

  /** A reply of a command that became no operation. */
  public Reply(ExitCode code, List<String> lines, Object json, String hint, boolean leave) {
    this(code, lines, json, hint, leave, List.of());
  }

  /** A result to be read. */
  public static Reply result(List<String> lines, Object json) {
    return new Reply(ExitCode.DONE, lines, json, "", false);
  }

  /** Something was done. */
  public static Reply done(String line) {
    Map<String, Object> json = new Fields().put("result", "ok").put("message", line).map();
    return new Reply(ExitCode.DONE, List.of(line), json, "", false);
  }

  /** Something was not done. */
  public static Reply failed(ExitCode code, String line, String hint) {
    return failed(code, 0, List.of(line), hint);
  }

  /**
   * Something was not done.
   *
   * @param serverCode code of the server's answer; 0 when no server said no
   */
  public static Reply failed(ExitCode code, int serverCode, List<String> lines, String hint) {
    Map<String, Object> error =
        new Fields()
            .put("reason", code.name().toLowerCase(java.util.Locale.ROOT))
            .put("code", serverCode)
            .put("message", String.join("\n", lines))
            .put("hint", hint)
            .map();
    return new Reply(code, lines, Map.of("error", error), hint, false);
  }

  /** What OpenMLDB has and this cluster does not. */
  public static Reply notSupported(String line) {
    return failed(ExitCode.FAILED, NOT_SUPPORTED, List.of(line), "");
  }

  /** The same, with what to do next or to know besides. */
  public Reply withHint(String newHint) {
    return new Reply(code, lines, hinted(json, newHint), newHint, leave, ops);
  }

  /** The same, of a command that became operations. */
  public Reply withOps(List<Long> newOps) {
    if (newOps.isEmpty() || !(json instanceof Map<?, ?> fields)) {
      return this;
    }
    Object named = copy(fields).put("ops", newOps).map();
    return new Reply(code, lines, named, hint, leave, newOps);
  }

  /** The same failure, with what is to be said of each of several things. */
  public Reply withReasons(List<String> reasons) {
    if (reasons.isEmpty()
        || !(json instanceof Map<?, ?> reply)
        || !(reply.get("error") instanceof Map<?, ?> error)) {
      return this;
    }
    Object named = Map.of("error", copy(error).put("reasons", List.copyOf(reasons)).map());
    return new Reply(code, lines, named, hint, leave, ops);
  }

  /** An error carries its hint in JSON, too. */
  private static Object hinted(Object json, String hint) {
    if (json instanceof Map<?, ?> reply && reply.get("error") instanceof Map<?, ?> error) {
      return Map.of("error", copy(error).put("hint", hint).map());
    }
    return json;
  }

  private static Fields copy(Map<?, ?> json) {
    Fields fields = new Fields();
    json.forEach((key, value) -> fields.put((String) key, value));
    return fields;
  }

  /** Wrong words. */
  public static Reply usage(String line) {
    return failed(ExitCode.USAGE, line, "");
  }

  /** The shell ends. */
  public static Reply bye() {
    Map<String, Object> json = new Fields().put("result", "ok").put("message", "bye").map();
    return new Reply(ExitCode.DONE, List.of("bye"), json, "", true);
  }
}
