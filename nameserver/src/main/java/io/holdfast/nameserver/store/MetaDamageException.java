package io.holdfast.nameserver.store;

/** A record in ZooKeeper cannot be read. It is never guessed at. */
final class MetaDamageException extends Exception {
  private static final long serialVersionUID = 1L;

  MetaDamageException(String path, String problem) {
    super(path + " in ZooKeeper cannot be used: " + problem);
  }
}
