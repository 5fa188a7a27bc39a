package io.holdfast.jdbc.run;

import io.holdfast.jdbc.value.Parameter;
import java.sql.SQLException;
import java.util.List;

/** A statement that writes, once for each row of parameters. For one thread. */
interface Writes {
  /**
   * Sends what the statement comes to with these parameters.
   *
   * @throws SQLException when nothing was sent
   */
  Pending start(List<Parameter> parameters) throws SQLException;
}
