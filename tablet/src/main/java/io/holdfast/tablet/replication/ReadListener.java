package io.holdfast.tablet.replication;

/** Told once whether a read may be answered, on the loop that owns the partition. */
@FunctionalInterface
public interface ReadListener {
  /**
   * @param confirmed true when the applied state holds every write that was acknowledged anywhere
   *     before the read was asked for; false when this replica cannot vouch for that
   */
  void onReadDone(boolean confirmed);
}
