package io.holdfast.tablet.query;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.openmldb.tablet.QueryRequest;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.parse.SqlParser;
import io.holdfast.sql.query.Parameters;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a Query request says, checked. Stateless. */
final class QueryRequests {
  private QueryRequests() {}

  /**
   * The statement's text.
   *
   * @throws SqlException when there is none, or when it asks for another way of execution
   */
  static String text(QueryRequest request) throws SqlException {
    if (request.getIsProcedure() || !request.getSpName().isEmpty()) {
      throw new SqlException("procedures and deployments are not supported");
    }
    if (request.hasIsBatch() && !request.getIsBatch()) {
      throw new SqlException(
          "request mode is not supported: only statements over what is stored, in online mode");
    }
    ByteString sql = request.getSqlBytes();
    if (sql.isEmpty()) {
      throw new SqlException("the request has no statement");
    }
    // Before it is made a text, which is more work than this.
    if (sql.size() > SqlParser.MAX_LENGTH) {
      throw new SqlException(
          "the statement has "
              + sql.size()
              + " bytes; at most "
              + SqlParser.MAX_LENGTH
              + " are taken");
    }
    if (!sql.isValidUtf8()) {
      throw new SqlException("the statement is not valid UTF-8");
    }
    return sql.toStringUtf8();
  }

  /**
   * What the statement's question marks stand for.
   *
   * @param attachment the row of them
   * @throws SqlException when they cannot be read
   */
  static Parameters parameters(QueryRequest request, ByteBuffer attachment) throws SqlException {
    if (request.getParameterTypesCount() == 0) {
      if (attachment.hasRemaining()) {
        throw new SqlException("the request has parameters and no parameter_types");
      }
      return Parameters.NONE;
    }
    int size = request.hasParameterRowSize() ? request.getParameterRowSize() : -1;
    if (size != -1 && size != attachment.remaining()) {
      throw new SqlException(
          "the row of parameters has "
              + attachment.remaining()
              + " bytes, and shall have "
              + Integer.toUnsignedString(size));
    }
    List<ColumnType> types = new ArrayList<>(request.getParameterTypesCount());
    for (DataType type : request.getParameterTypesList()) {
      types.add(
          ColumnType.of(type)
              .orElseThrow(() -> new SqlException("a parameter cannot be of type " + type)));
    }
    byte[] row = new byte[attachment.remaining()];
    attachment.duplicate().get(row);
    return Parameters.decode(types, row);
  }
}
