package io.holdfast.sql.ast;

import io.holdfast.protocol.row.ColumnType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A statement. SELECT and EXPLAIN are for {@code SqlExecutor}, INSERT and DELETE for {@code
 * WritePlanner}; the others say what is wanted, and whoever has a connection to a nameserver does
 * it. Names are as they were written; keywords are gone. Words of options are in lower case.
 */
public sealed interface Statement {

  /** How many question marks the statement has. */
  default int parameterCount() {
    return 0;
  }

  /**
   * What is selected: an expression, or all columns.
   *
   * @param expression empty for {@code *}
   * @param qualifier of {@code t.*}
   * @param alias the name behind AS
   */
  record SelectItem(
      Optional<Expression> expression, Optional<String> qualifier, Optional<String> alias) {
    public SelectItem {
      Objects.requireNonNull(expression);
      Objects.requireNonNull(qualifier);
      Objects.requireNonNull(alias);
    }
  }

  /** A key of ORDER BY. NULL is smaller than every value. */
  record OrderItem(Expression expression, boolean descending) {}

  /**
   * Where INTO OUTFILE writes.
   *
   * @param options by lower-case name: {@code format}, {@code delimiter}, {@code header}, ...
   */
  record OutFile(String path, Map<String, String> options) {
    public OutFile {
      options = Map.copyOf(options);
    }
  }

  /**
   * SELECT.
   *
   * @param from empty for one without a table, such as {@code SELECT 1}
   * @param alias of the table
   * @param limit a literal or a parameter
   * @param offset a literal or a parameter
   * @param outFile of INTO OUTFILE; the executor ignores it
   * @param config what CONFIG(...) says, by lower-case name; the executor ignores it
   */
  record Select(
      boolean distinct,
      List<SelectItem> items,
      Optional<TableName> from,
      Optional<String> alias,
      Optional<Expression> where,
      List<Expression> groupBy,
      Optional<Expression> having,
      List<OrderItem> orderBy,
      Optional<Expression> limit,
      Optional<Expression> offset,
      Optional<OutFile> outFile,
      Map<String, String> config,
      int parameterCount)
      implements Statement {
    public Select {
      items = List.copyOf(items);
      groupBy = List.copyOf(groupBy);
      orderBy = List.copyOf(orderBy);
      config = Map.copyOf(config);
    }
  }

  /** EXPLAIN. */
  record Explain(Select select) implements Statement {
    @Override
    public int parameterCount() {
      return select.parameterCount();
    }
  }

  /**
   * INSERT.
   *
   * @param ignoreExisting INSERT OR IGNORE: a row whose key and time are there is not written
   * @param columns empty for all
   * @param rows values, {@link Expression.Default} among them
   */
  record Insert(
      boolean ignoreExisting,
      TableName table,
      List<String> columns,
      List<List<Expression>> rows,
      int parameterCount)
      implements Statement {
    public Insert {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  /** DELETE. */
  record Delete(TableName table, Expression where, int parameterCount) implements Statement {}

  /** CREATE DATABASE. */
  record CreateDatabase(boolean ifNotExists, String name) implements Statement {}

  /** DROP DATABASE. */
  record DropDatabase(boolean ifExists, String name) implements Statement {}

  /** USE. */
  record UseDatabase(String name) implements Statement {}

  /**
   * A column of CREATE TABLE.
   *
   * @param defaultText the text of DEFAULT's value
   */
  record ColumnDefinition(
      String name, ColumnType type, boolean notNull, Optional<String> defaultText) {
    public ColumnDefinition {
      Objects.requireNonNull(defaultText);
    }
  }

  /** How an index's two limits of age work together. */
  enum TtlKind {
    ABSOLUTE,
    LATEST,
    ABSANDLAT,
    ABSORLAT
  }

  /**
   * An index of CREATE TABLE or CREATE INDEX.
   *
   * @param name empty when it is for others to choose
   * @param tsColumn empty when entries have the time of their put
   * @param ttlMinutes limit of age; empty when none is given, 0 for none
   * @param ttlLatest limit of versions; empty when none is given, 0 for none
   */
  record IndexDefinition(
      Optional<String> name,
      List<String> keyColumns,
      Optional<String> tsColumn,
      TtlKind ttlKind,
      OptionalLong ttlMinutes,
      OptionalLong ttlLatest) {
    public IndexDefinition {
      Objects.requireNonNull(name);
      Objects.requireNonNull(tsColumn);
      keyColumns = List.copyOf(keyColumns);
    }
  }

  /**
   * CREATE TABLE.
   *
   * @param indexes may be empty: then the first column that can be a key is one
   * @param options by lower-case name: {@code partitionnum}, {@code replicanum}, {@code
   *     storage_mode}, {@code compress_type}, and those of Holdfast
   */
  record CreateTable(
      boolean ifNotExists,
      TableName table,
      List<ColumnDefinition> columns,
      List<IndexDefinition> indexes,
      Map<String, String> options)
      implements Statement {
    public CreateTable {
      columns = List.copyOf(columns);
      indexes = List.copyOf(indexes);
      options = Map.copyOf(options);
    }
  }

  /** DROP TABLE. */
  record DropTable(boolean ifExists, TableName table) implements Statement {}

  /** TRUNCATE TABLE. */
  record TruncateTable(TableName table) implements Statement {}

  /** CREATE INDEX; the definition has a name. */
  record CreateIndex(TableName table, IndexDefinition index) implements Statement {}

  /** DROP INDEX table.index. */
  record DropIndex(TableName table, String index) implements Statement {}

  /** What SHOW can show. */
  enum ShowKind {
    DATABASES,
    TABLES,
    TABLE_STATUS,
    COMPONENTS,
    JOBS,
    JOB,
    CREATE_TABLE,
    VARIABLES,
    GLOBAL_VARIABLES
  }

  /**
   * SHOW.
   *
   * @param table of SHOW CREATE TABLE
   * @param source database of SHOW TABLES FROM, component of SHOW JOBS FROM, number of SHOW JOB
   * @param like pattern of SHOW TABLE STATUS, SHOW TABLES and SHOW JOBS
   */
  record Show(
      ShowKind kind, Optional<TableName> table, Optional<String> source, Optional<String> like)
      implements Statement {
    public Show {
      Objects.requireNonNull(table);
      Objects.requireNonNull(source);
      Objects.requireNonNull(like);
    }
  }

  /** DESC. */
  record Describe(TableName table) implements Statement {}

  /**
   * SET.
   *
   * @param global SET GLOBAL; else of the session
   * @param name in lower case
   */
  record SetVariable(boolean global, String name, Expression.Literal value) implements Statement {}

  /**
   * LOAD DATA INFILE.
   *
   * @param options by lower-case name: {@code delimiter}, {@code header}, {@code null_value},
   *     {@code format}, {@code quote}, {@code mode}, {@code load_mode}, {@code thread}, ...
   */
  record LoadData(String path, TableName table, Map<String, String> options) implements Statement {
    public LoadData {
      options = Map.copyOf(options);
    }
  }
}
