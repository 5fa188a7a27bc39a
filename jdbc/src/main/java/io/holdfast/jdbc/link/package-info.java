/** The way to the cluster, and what becomes of its failures. */
package io.holdfast.jdbc.link;
