/** The calls of OpenMLDB's nameserver, answered from the controller's loop. */
package io.holdfast.nameserver.rpc;
