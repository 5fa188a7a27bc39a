package io.holdfast.architecture.planted.sql;

import java.nio.file.Path;

/** Wrong on purpose: SQL that reads files. */
public final class ReadsFile {
  Path file;
}
