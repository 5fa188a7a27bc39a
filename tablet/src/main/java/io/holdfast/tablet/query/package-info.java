/**
 * Answers SQL: knows the cluster's tables, brings the rows of their partitions from wherever they
 * are led, and has {@code io.holdfast.sql} make an answer of them.
 */
package io.holdfast.tablet.query;
