package io.holdfast.tablet.binlog;

/**
 * Where a log is not what was written, and why.
 *
 * @param segment file name, or the directory's when no file can be named
 * @param position byte within the file
 * @param offset first log offset that cannot be trusted
 * @param reason for people
 */
public record BinlogDamage(String segment, long position, long offset, String reason) {
  @Override
  public String toString() {
    return reason + " (" + segment + " at byte " + position + ", offset " + offset + ")";
  }
}
