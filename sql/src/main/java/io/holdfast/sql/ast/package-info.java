/**
 * Statements as values. Immutable: one that was parsed once can be executed any number of times.
 */
package io.holdfast.sql.ast;
