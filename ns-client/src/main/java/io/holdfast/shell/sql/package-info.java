/** The SQL shell: statements from lines, results as tables, JSON or CSV. */
package io.holdfast.shell.sql;
