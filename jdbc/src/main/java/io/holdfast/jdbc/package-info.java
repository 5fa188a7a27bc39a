/** The JDBC driver: URL, driver, connections and statements. */
package io.holdfast.jdbc;
