package io.holdfast.nameserver.state;

/** How far an operation is. The names are OpenMLDB's; they stand in ZooKeeper. */
public enum OpState {
  /** It waits: for another operation of its partition, or for its next attempt. */
  INITED("kInited"),
  DOING("kDoing"),
  DONE("kDone"),
  FAILED("kFailed"),
  CANCELED("kCanceled");

  private final String wireName;

  OpState(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  /** Whether nothing comes of it any more. */
  public boolean isFinal() {
    return this == DONE || this == FAILED || this == CANCELED;
  }

  /**
   * @throws IllegalArgumentException for a name that is none
   */
  public static OpState of(String wireName) {
    for (OpState state : values()) {
      if (state.wireName.equals(wireName)) {
        return state;
      }
    }
    throw new IllegalArgumentException("unknown op state " + wireName);
  }
}
