/** What the planner knows of tables, and the port through which it asks. */
package io.holdfast.sql.catalog;
