package io.holdfast.jdbc.result;

import io.holdfast.jdbc.link.SqlErrors;
import java.sql.SQLException;

/** What {@link java.sql.Wrapper} asks for, of objects that wrap nothing. Stateless. */
public final class Unwrapping {
  private Unwrapping() {}

  /**
   * The object itself, if it is of that type.
   *
   * @throws SQLException when it is not
   */
  public static <T> T unwrap(Object object, Class<T> type) throws SQLException {
    if (type.isInstance(object)) {
      return type.cast(object);
    }
    throw SqlErrors.invalid(object.getClass().getName() + " is no " + type.getName());
  }
}
