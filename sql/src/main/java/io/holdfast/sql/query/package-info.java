/** Execution of SELECT over rows that come page by page through a port. */
package io.holdfast.sql.query;
