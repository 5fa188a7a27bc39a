/** Between JDBC's types and those of the database's columns. */
package io.holdfast.jdbc.value;
