/** The tablet's ZooKeeper session: who it is, which cluster this is, who the nameservers are. */
package io.holdfast.tablet.session;
