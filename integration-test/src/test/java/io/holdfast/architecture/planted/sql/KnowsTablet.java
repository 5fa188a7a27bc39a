package io.holdfast.architecture.planted.sql;

import io.holdfast.architecture.planted.tablet.replication.ReadsFile;

/** Wrong on purpose: SQL that knows who executes it. */
public final class KnowsTablet {
  ReadsFile tablet;
}
