/**
 * The data directories of a tablet: which there must be, which there are, and where a new replica
 * is put. The reasons are in {@code docs/design/013-data-directories.md}, the bytes in {@code
 * docs/formats/directories.md}.
 */
package io.holdfast.tablet.directories;
