package io.holdfast.tools.quickstart;

import java.io.IOException;

/** Kills and starts tablets by their endpoint. */
public interface TabletControl {
  /** Kills the process at once, without a chance to say goodbye, and returns when it is gone. */
  void kill9(String endpoint) throws IOException;

  /** Starts the tablet again over its own data and returns when it serves. */
  void restart(String endpoint) throws IOException;
}
