package io.holdfast.tools.onebox;

/** What a process of the cluster does. The order is the order of starting. */
public enum NodeRole {
  /** The metadata store. */
  ZOOKEEPER("zookeeper", 0),
  /** The control plane. */
  NAMESERVER("nameserver", 10),
  /** The data plane. */
  TABLET("tablet", 20);

  /** How many ports the layout keeps for each role. */
  static final int PORTS_PER_ROLE = 10;

  private final String flag;
  private final int portOffset;

  NodeRole(String flag, int portOffset) {
    this.flag = flag;
    this.portOffset = portOffset;
  }

  /** The role as the launcher's {@code --role} takes it. */
  public String flag() {
    return flag;
  }

  /** Where this role's ports begin, counted from the cluster's port base. */
  public int portOffset() {
    return portOffset;
  }
}
