package io.holdfast.jdbc.link;

import io.holdfast.protocol.openmldb.type.DataType;
import java.util.List;

/**
 * What a tablet is asked.
 *
 * @param sql as it was written
 * @param database what tables without a database are in; may be empty
 * @param types one per parameter
 * @param parameters one encoded row; empty when there are none. Must not be changed
 */
public record QueryText(String sql, String database, List<DataType> types, byte[] parameters) {
  public QueryText {
    types = List.copyOf(types);
  }
}
