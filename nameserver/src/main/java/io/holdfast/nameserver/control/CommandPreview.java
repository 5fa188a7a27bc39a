package io.holdfast.nameserver.control;

import java.util.List;

/**
 * What a command would come to if it were given now.
 *
 * @param result how it would be answered at once: why it would be refused, or ok
 * @param lines a sentence for each thing that would be done; none when nothing would
 */
public record CommandPreview(AdminResult result, List<String> lines) {
  public CommandPreview {
    lines = List.copyOf(lines);
  }
}
