/**
 * Snapshots of a partition as files: format, writing, reading, and the directory that they live in.
 * The bytes are described in {@code docs/formats/snapshot.md}.
 */
package io.holdfast.tablet.snapshot;
