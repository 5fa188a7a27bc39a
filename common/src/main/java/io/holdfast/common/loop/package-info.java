/** Threads that own state: one loop, one owner, one queue. */
package io.holdfast.common.loop;
