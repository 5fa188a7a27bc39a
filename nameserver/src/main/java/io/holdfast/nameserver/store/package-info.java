/**
 * Where the truth is kept, who may change it, and what OpenMLDB's clients read: all in ZooKeeper.
 */
package io.holdfast.nameserver.store;
