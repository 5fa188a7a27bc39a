/**
 * The storage engine of a partition: what committed writes add up to, and reads of it.
 * Deterministic and without threads, clocks and files; the partition's loop is the only caller.
 */
package io.holdfast.tablet.storage;
