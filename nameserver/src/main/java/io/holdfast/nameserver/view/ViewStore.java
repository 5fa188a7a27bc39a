package io.holdfast.nameserver.view;

import java.util.function.Consumer;

/** Where clients look. */
public interface ViewStore {
  /**
   * Makes what clients see equal to the image, and then tells them to look. Returns at once.
   *
   * @param done told on the controller's loop whether all of it was written
   */
  void write(ViewImage image, Consumer<Boolean> done);
}
