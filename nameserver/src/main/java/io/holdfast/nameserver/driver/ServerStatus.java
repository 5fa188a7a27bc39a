package io.holdfast.nameserver.driver;

/**
 * How this nameserver is, for people and for whatever watches over it.
 *
 * @param active whether it is the active one
 * @param epoch the leadership it has, or last had; 0 for none
 * @param ready whether it does its work: the active one has read the truth, a standby knows the
 *     active one
 * @param reason what is missing when it is not ready; else empty
 * @param leader endpoint of the active nameserver, as far as is known; else empty
 */
public record ServerStatus(
    boolean active, long epoch, boolean ready, String reason, String leader) {
  /** In words. */
  public String role() {
    return active ? "active" : "standby";
  }
}
