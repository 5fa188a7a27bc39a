package io.holdfast.tablet.binlog;

import java.io.IOException;

/** A record that was intact when it was written is not any more. Nothing has been changed. */
public final class BinlogCorruptException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient BinlogDamage damage;

  BinlogCorruptException(BinlogDamage damage) {
    super(damage.toString());
    this.damage = damage;
  }

  public BinlogDamage damage() {
    return damage;
  }
}
