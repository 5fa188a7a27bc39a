/** The calls that clients make on a tablet. */
package io.holdfast.tablet.rpc;
