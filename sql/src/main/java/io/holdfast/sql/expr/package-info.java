/**
 * Expressions made ready to be computed: bound to the columns they read, with a type each. For the
 * planners of this module.
 */
package io.holdfast.sql.expr;
