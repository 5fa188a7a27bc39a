package io.holdfast.sql.parse;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.ast.Statement.Delete;
import io.holdfast.sql.ast.Statement.Insert;
import io.holdfast.sql.ast.Statement.LoadData;
import io.holdfast.sql.ast.TableName;
import java.util.ArrayList;
import java.util.List;

/** INSERT, DELETE and LOAD DATA. */
final class WriteParser {
  private final TokenStream in;
  private final ExpressionParser expressions;

  WriteParser(TokenStream in) {
    this.in = in;
    this.expressions = new ExpressionParser(in);
  }

  Statement insert() throws SqlException {
    in.expect("INSERT");
    boolean ignoreExisting = in.accept("OR", "IGNORE");
    if (in.isWord("OR")) {
      throw in.unsupported("INSERT OR with another word than IGNORE");
    }
    in.expect("INTO");
    in.accept("TABLE");
    TableName table = in.table();
    List<String> columns = in.accept(TokenKind.OPEN) ? columns() : List.of();
    if (in.isWord("SELECT") || in.isWord("WITH")) {
      throw in.unsupported("INSERT with a SELECT");
    }
    in.expect("VALUES");
    List<List<Expression>> rows = new ArrayList<>();
    do {
      rows.add(row());
    } while (in.accept(TokenKind.COMMA));
    if (in.isWord("ON")) {
      throw in.unsupported("ON DUPLICATE KEY");
    }
    return new Insert(ignoreExisting, table, columns, rows, in.parameters());
  }

  private List<String> columns() throws SqlException {
    List<String> columns = new ArrayList<>();
    do {
      columns.add(in.name("the name of a column"));
    } while (in.accept(TokenKind.COMMA));
    in.expect(TokenKind.CLOSE, ") behind the columns");
    return columns;
  }

  private List<Expression> row() throws SqlException {
    in.expect(TokenKind.OPEN, "( before the values of a row");
    List<Expression> row = new ArrayList<>();
    do {
      row.add(in.accept("DEFAULT") ? new Expression.Default() : expressions.expression());
    } while (in.accept(TokenKind.COMMA));
    in.expect(TokenKind.CLOSE, ") behind the values of a row");
    return row;
  }

  Statement delete() throws SqlException {
    in.expect("DELETE");
    in.expect("FROM");
    TableName table = in.table();
    if (!in.accept("WHERE")) {
      throw in.fault(
          "DELETE needs a WHERE that fixes a key or a range of time; TRUNCATE TABLE removes all"
              + " rows");
    }
    return new Delete(table, expressions.expression(), in.parameters());
  }

  Statement load() throws SqlException {
    in.expect("LOAD");
    in.expect("DATA");
    in.accept("LOCAL");
    in.expect("INFILE");
    String path = in.string("the path of the file");
    in.expect("INTO");
    in.expect("TABLE");
    return new LoadData(path, in.table(), Options.options(in));
  }
}
