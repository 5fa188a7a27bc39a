/** What others are shown of the truth: tables as OpenMLDB's clients know them. No I/O in here. */
package io.holdfast.nameserver.view;
