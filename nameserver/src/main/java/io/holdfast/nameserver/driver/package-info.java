/** The one thread that owns the controller, and what it tells people. */
package io.holdfast.nameserver.driver;
