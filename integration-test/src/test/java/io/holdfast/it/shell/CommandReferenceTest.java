package io.holdfast.it.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The table of commands in docs/operations is what the shell says of itself. Run with {@code
 * -Ddocs.rewrite=true} to bring the page up to date.
 */
class CommandReferenceTest {
  private static final Path PAGE =
      Path.of(System.getProperty("conf.dir")).resolveSibling("docs/operations/commands.md");
  private static final String BEGIN = "<!-- commands: begin -->\n";
  private static final String END = "<!-- commands: end -->\n";

  @Test
  void theTableIsTheShellsOwnList() throws Exception {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    String wanted = page.substring(0, begin) + table() + page.substring(page.indexOf(END));
    if (Boolean.getBoolean("docs.rewrite")) {
      Files.writeString(PAGE, wanted);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(wanted);
  }

  private static String table() {
    StringBuilder table = new StringBuilder("| command | what it does |\n|---|---|\n");
    String group = "";
    for (CommandHelp help : NsCommands.all().helps()) {
      if (!help.group().equals(group)) {
        group = help.group();
        table.append("| **").append(group).append("** | |\n");
      }
      String usages =
          help.usages().stream()
              // A bar would end the cell.
              .map(usage -> "`" + usage.replace("|", "\\|") + "`")
              .collect(Collectors.joining("<br>"));
      table.append("| ").append(usages).append(" | ").append(help.summary()).append(" |\n");
    }
    return table.toString();
  }
}
