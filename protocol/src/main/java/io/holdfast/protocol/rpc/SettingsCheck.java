package io.holdfast.protocol.rpc;

/** Checks of settings, in one wording. */
final class SettingsCheck {
  private SettingsCheck() {}

  static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", is " + value);
    }
  }
}
