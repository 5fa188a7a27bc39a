/**
 * Table schemas, rows, index keys and partition choice, as OpenMLDB's clients know them. The bytes
 * are described in {@code docs/formats/row.md}. Nothing here has state or does input or output.
 */
package io.holdfast.protocol.row;
