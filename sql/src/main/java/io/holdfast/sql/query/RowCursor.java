package io.holdfast.sql.query;

/** Where a {@link RowSource} goes on behind a page. What is in it is the source's own business. */
public interface RowCursor {}
