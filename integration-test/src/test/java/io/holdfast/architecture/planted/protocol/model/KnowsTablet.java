package io.holdfast.architecture.planted.protocol.model;

import io.holdfast.architecture.planted.tablet.replication.ReadsFile;

/** Wrong on purpose: the protocol knows who speaks it. */
public final class KnowsTablet {
  ReadsFile tablet;
}
