package io.holdfast.nameserver.state;

import java.util.List;

/**
 * Changes that become true together, if the nameserver that decided them is still the active one.
 *
 * @param epoch its leadership; the whole transaction fails when another has begun
 */
public record MetaTransaction(long epoch, List<MetaChange> changes) {
  public MetaTransaction {
    changes = List.copyOf(changes);
  }
}
