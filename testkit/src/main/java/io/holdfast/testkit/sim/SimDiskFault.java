package io.holdfast.testkit.sim;

/** The simulated disk has failed a replica, as disks do. */
final class SimDiskFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SimDiskFault(String message) {
    super(message);
  }
}
