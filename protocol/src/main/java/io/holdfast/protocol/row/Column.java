package io.holdfast.protocol.row;

/**
 * A column.
 *
 * @param name unique in the table
 * @param type of its values
 * @param notNull whether NULL is refused
 */
public record Column(String name, ColumnType type, boolean notNull) {}
