package io.holdfast.tools.files;

import java.util.Locale;
import picocli.CommandLine.Option;

/** How a command prints. */
final class Output {
  /** The forms there are. */
  enum Form {
    TEXT,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "a line for each thing found, or a JSON document in each line")
  private Form form;

  boolean isJson() {
    return form == Form.JSON;
  }
}
