/** From the text of a statement to its {@code Statement}. */
package io.holdfast.sql.parse;
