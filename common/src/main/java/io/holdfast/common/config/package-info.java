/**
 * Settings of the servers: declared once in one plain class per server, read from a file and the
 * command line, checked, and printed at start.
 */
package io.holdfast.common.config;
