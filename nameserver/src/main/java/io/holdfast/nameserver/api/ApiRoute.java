package io.holdfast.nameserver.api;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;

/**
 * One thing that can be asked over HTTP, and the call of the nameserver's service that answers it.
 *
 * @param method {@code GET}, {@code POST}, {@code PUT} or {@code DELETE}
 * @param path below {@code /api/v1}, with parameters in braces
 * @param summary what it does, in a few words
 * @param commands the shell's commands that ask the same
 * @param call name of the service's method
 * @param target field of the call's request that parameters and body go into; empty for the request
 *     itself
 * @param parameters those of the path, then those of the query
 * @param example a body that works; null where none is taken
 * @param view what of the call's answer is shown
 * @param inDatabase whether the database of the path must exist for the answer to make sense
 */
public record ApiRoute(
    String method,
    String path,
    String summary,
    List<String> commands,
    String call,
    String target,
    List<Parameter> parameters,
    String example,
    View view,
    boolean inDatabase) {

  /**
   * A part of the address.
   *
   * @param name as the document calls it
   * @param field of the target that it sets; empty when only the view looks at it
   * @param inPath whether it stands in the path, or else behind the {@code ?}
   * @param example a value that works
   */
  public record Parameter(String name, String field, boolean inPath, String example) {}

  /** Picks what is shown of an answer. */
  interface Picker {
    /** What is shown; null when there is no such thing. */
    Message pick(Message answer, Map<String, String> parameters);
  }

  /**
   * What of an answer is shown.
   *
   * @param type what is shown; null when all there is to say is that it was done
   */
  public record View(Descriptor type, Picker picker) {}

  /** Below this path commands only tell what they would do. */
  static final String PLANS = "/plans/";

  /** Whether it only tells what the call would do. */
  boolean isPlan() {
    return path.startsWith(PLANS);
  }

  /** Whether a body is taken. */
  public boolean hasBody() {
    return example != null;
  }

  /** The status of success. */
  public int success() {
    return method.equals("POST") && !path.startsWith("/commands/") && view.type() == null
        ? 201
        : 200;
  }

  /** The path's pieces between the slashes. */
  List<String> pieces() {
    return List.of(path.substring(1).split("/"));
  }
}
