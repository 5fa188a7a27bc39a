/** The one place outside the servers that knows ZooKeeper: a server to start with. */
package io.holdfast.tools.zk;
