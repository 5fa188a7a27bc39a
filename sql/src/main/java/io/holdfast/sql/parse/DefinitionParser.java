package io.holdfast.sql.parse;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression.Literal;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.ast.Statement.ColumnDefinition;
import io.holdfast.sql.ast.Statement.IndexDefinition;
import io.holdfast.sql.ast.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** CREATE, DROP and TRUNCATE. */
final class DefinitionParser {
  private final TokenStream in;

  DefinitionParser(TokenStream in) {
    this.in = in;
  }

  Statement create() throws SqlException {
    in.expect("CREATE");
    if (in.accept("DATABASE")) {
      boolean ifNotExists = ifNotExists();
      return new Statement.CreateDatabase(ifNotExists, in.name("the name of a database"));
    }
    if (in.accept("TABLE")) {
      return table();
    }
    if (in.accept("INDEX")) {
      String name = in.name("the name of the index");
      in.expect("ON");
      return new Statement.CreateIndex(in.table(), new IndexParser(in).onTable(name));
    }
    throw unsupported("CREATE");
  }

  private SqlException unsupported(String verb) {
    return in.kind() == TokenKind.WORD
        ? in.unsupported(verb + " " + in.text().toUpperCase(Locale.ROOT))
        : in.expected("DATABASE, TABLE or INDEX");
  }

  private boolean ifNotExists() throws SqlException {
    if (!in.accept("IF")) {
      return false;
    }
    in.expect("NOT");
    in.expect("EXISTS");
    return true;
  }

  private boolean ifExists() throws SqlException {
    if (!in.accept("IF")) {
      return false;
    }
    in.expect("EXISTS");
    return true;
  }

  private Statement table() throws SqlException {
    boolean ifNotExists = ifNotExists();
    TableName name = in.table();
    if (in.isWord("LIKE") || in.isWord("AS")) {
      throw in.unsupported("CREATE TABLE " + in.text().toUpperCase(Locale.ROOT));
    }
    List<ColumnDefinition> columns = new ArrayList<>();
    List<IndexDefinition> indexes = new ArrayList<>();
    in.expect(TokenKind.OPEN, "( before the columns");
    do {
      if (in.isWord("PRIMARY") && in.isWordAfter(1, "KEY")) {
        throw in.unsupported("a PRIMARY KEY");
      }
      if (isIndex()) {
        in.skip();
        indexes.add(new IndexParser(in).inTable());
      } else {
        columns.add(column());
      }
    } while (in.accept(TokenKind.COMMA));
    in.expect(TokenKind.CLOSE, ") behind the columns");
    if (columns.isEmpty()) {
      throw in.fault("a table needs a column");
    }
    return new Statement.CreateTable(ifNotExists, name, columns, indexes, Options.options(in));
  }

  /** Whether an index follows, not a column that is called index. */
  private boolean isIndex() {
    return in.isWord("INDEX")
        && (in.kindAfter(1) == TokenKind.OPEN || in.kindAfter(2) == TokenKind.OPEN);
  }

  private ColumnDefinition column() throws SqlException {
    String name = in.name("the name of a column");
    String word = in.option("the type of the column " + name);
    ColumnType type = ExpressionParser.type(word);
    if (type == null) {
      throw in.fault("the column " + name + " has the type '" + word + "', which is unknown");
    }
    if (in.accept(TokenKind.OPEN)) {
      // varchar(10): OpenMLDB knows no lengths either.
      throw in.unsupported("a length behind the type of a column");
    }
    boolean notNull = false;
    Optional<String> defaultText = Optional.empty();
    while (true) {
      if (in.accept("NOT", "NULL")) {
        notNull = true;
      } else if (in.accept("DEFAULT")) {
        defaultText = defaultText();
      } else if (in.isWord("PRIMARY")) {
        throw in.unsupported("a PRIMARY KEY");
      } else if (!in.accept("NULL")) {
        return new ColumnDefinition(name, type, notNull, defaultText);
      }
    }
  }

  private Optional<String> defaultText() throws SqlException {
    Literal literal = literal("the default value");
    return Optional.ofNullable(literal.value()).map(Object::toString);
  }

  private Literal literal(String what) throws SqlException {
    if (new ExpressionParser(in).expression() instanceof Literal literal) {
      return literal;
    }
    throw in.fault(what + " is not a literal");
  }

  Statement drop() throws SqlException {
    in.expect("DROP");
    if (in.accept("DATABASE")) {
      boolean ifExists = ifExists();
      return new Statement.DropDatabase(ifExists, in.name("the name of a database"));
    }
    if (in.accept("TABLE")) {
      boolean ifExists = ifExists();
      return new Statement.DropTable(ifExists, in.table());
    }
    if (in.accept("INDEX")) {
      return dropIndex();
    }
    throw unsupported("DROP");
  }

  /** DROP INDEX table.index, db.table.index, or index ON table. */
  private Statement dropIndex() throws SqlException {
    String first = in.name("the name of a table");
    if (in.accept("ON")) {
      return new Statement.DropIndex(in.table(), first);
    }
    in.expect(TokenKind.DOT, ". between table and index");
    String second = in.anyName();
    return in.accept(TokenKind.DOT)
        ? new Statement.DropIndex(new TableName(Optional.of(first), second), in.anyName())
        : new Statement.DropIndex(new TableName(Optional.empty(), first), second);
  }

  Statement truncate() throws SqlException {
    in.expect("TRUNCATE");
    in.accept("TABLE");
    return new Statement.TruncateTable(in.table());
  }
}
