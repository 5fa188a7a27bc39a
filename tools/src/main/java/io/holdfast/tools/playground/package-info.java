/** A whole cluster on this machine to play with: {@code bin/openmldb playground}. */
package io.holdfast.tools.playground;
