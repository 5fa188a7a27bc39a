/** What INSERT and DELETE mean for the partitions of a table. */
package io.holdfast.sql.write;
