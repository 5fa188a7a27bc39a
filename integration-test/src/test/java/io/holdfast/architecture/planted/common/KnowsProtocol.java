package io.holdfast.architecture.planted.common;

import io.holdfast.architecture.planted.protocol.model.KnowsTablet;

/** Wrong on purpose: the lowest module looks up. */
public final class KnowsProtocol {
  KnowsTablet protocol;
}
