package io.holdfast.tablet.storage;

import io.holdfast.protocol.model.Alterations;
import java.io.Closeable;

/**
 * Makes an engine out of a saved state. The versions of a key follow each other, the oldest first;
 * a row is given before the first version that refers to it. Nothing that does not fit gets in.
 *
 * <p>For one thread; the engine may then be given to another.
 */
public interface StateBuilder extends Closeable {
  /**
   * How the table was altered before; to be called before the first key.
   *
   * @throws IllegalArgumentException when it cannot have been altered like that
   */
  void alterations(Alterations alterations);

  /** How many rows there are: the number that the next one will get. */
  int rows();

  /**
   * The versions that follow are of this key.
   *
   * @throws IllegalArgumentException when there is no such index, or when the key was given before
   *     and another one since
   */
  void key(int position, byte[] bytes);

  /**
   * Adds a row, which gets the number {@link #rows}.
   *
   * @throws IllegalArgumentException when no record of the state can have put it
   */
  void row(long offset, byte[] value);

  /**
   * Adds a version to the key.
   *
   * @throws IllegalArgumentException when the row is not known or the version is older than the one
   *     before
   */
  void version(long ts, int rowNumber);

  /** The engine; nothing may be added any more. */
  StorageEngine finish();

  /** Lets go of everything, unless the engine was taken by {@link #finish}. */
  @Override
  void close();
}
