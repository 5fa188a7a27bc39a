package io.holdfast.tablet.binlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Looks at the journal of a data directory that nobody uses, for tools. Changes nothing. */
public final class JournalCheck {
  private JournalCheck() {}

  /**
   * What a journal is found to be.
   *
   * @param damage what is not as it was written; empty when all is
   * @param blocks that the tablet writes into its logs when it starts
   */
  public record Verdict(Optional<String> damage, int blocks) {}

  /**
   * Reads a journal through.
   *
   * @param directory the journal's
   */
  public static Verdict check(Path directory) throws IOException {
    List<Path> files = JournalReader.files(directory);
    if (!Files.exists(JournalHead.file(directory))) {
      return new Verdict(
          files.isEmpty() ? Optional.empty() : Optional.of("its head is missing"), 0);
    }
    Optional<UUID> journal = JournalHead.load(directory);
    if (journal.isEmpty()) {
      return new Verdict(Optional.of("its head is damaged"), 0);
    }
    JournalReader.Found found = JournalReader.find(files, journal.get());
    return new Verdict(found.damage(), found.blocks().size());
  }
}
