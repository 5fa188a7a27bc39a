package io.holdfast.tools.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the tests of the operations tool, which are in its own language. */
@Timeout(180)
class OpsToolTest {
  /** The build runs in the module, an editor often above it. */
  private static Path tests() {
    Path here = Path.of("src/test/python");
    return Files.isDirectory(here) ? here : Path.of("tools").resolve(here);
  }

  private record Run(int status, String text) {}

  private static Run python(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "python3";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process =
        new ProcessBuilder(command).directory(tests().toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), text);
  }

  /** Says why not, when it cannot be run here. */
  private static boolean hasPython() throws InterruptedException {
    try {
      return python("-c", "import sys; sys.exit(sys.version_info < (3, 8))").status() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void theToolsOwnTestsPass() throws Exception {
    if (!hasPython()) {
      System.out.println(
          "SKIPPED: tests of tools/openmldb_ops.py; python3 (3.8 or newer) is missing");
      assumeTrue(false, "python3 (3.8 or newer) is missing");
    }
    Run run = python("-B", "-m", "unittest", "test_openmldb_ops");
    assertThat(run.status()).as(run.text()).isZero();
    // A test run that found nothing would end well, too.
    assertThat(run.text()).containsPattern("Ran [1-9][0-9]+ tests");
  }
}
