package io.holdfast.tools.onebox;

import java.io.IOException;

/** A port that a node needs is taken by somebody else. */
public final class PortInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int port;

  PortInUseException(Node node, int suggestedBase) {
    super(
        "port "
            + node.port()
            + " for "
            + node.name()
            + " is in use by another process; try --port-base "
            + suggestedBase);
    this.port = node.port();
  }

  /** The port that is taken. */
  public int port() {
    return port;
  }
}
