/**
 * The subset of SQL that Holdfast understands. {@code parse} makes statements of texts, {@code
 * query} executes SELECT over rows that somebody else fetches, {@code write} plans INSERT and
 * DELETE for somebody else to carry out. All of it is pure: no threads, clocks, sockets or files.
 */
package io.holdfast.sql;
