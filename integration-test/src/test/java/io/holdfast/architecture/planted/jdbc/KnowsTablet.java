package io.holdfast.architecture.planted.jdbc;

import io.holdfast.architecture.planted.tablet.replication.ReadsFile;

/** Wrong on purpose: a driver that knows a server from within. */
public final class KnowsTablet {
  ReadsFile tablet;
}
