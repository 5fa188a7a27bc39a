package io.holdfast.architecture.planted.tablet.replication;

import java.io.File;

/** Wrong on purpose: a core that knows files. */
public final class ReadsFile {
  File file;
}
