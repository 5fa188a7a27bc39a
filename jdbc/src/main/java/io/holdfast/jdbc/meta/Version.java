package io.holdfast.jdbc.meta;

/** Names and numbers of the driver and of what it speaks to. */
public final class Version {
  public static final String DRIVER = "Holdfast JDBC driver";
  public static final String PRODUCT = "Holdfast";
  public static final int MAJOR = 0;
  public static final int MINOR = 1;
  public static final String TEXT = MAJOR + "." + MINOR;
  static final int JDBC_MAJOR = 4;
  static final int JDBC_MINOR = 3;

  private Version() {}
}
