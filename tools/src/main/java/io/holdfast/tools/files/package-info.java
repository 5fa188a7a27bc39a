/** Looks into a tablet's files while the tablet is stopped. Changes nothing. */
package io.holdfast.tools.files;
