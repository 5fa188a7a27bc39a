/**
 * The tables that clients of OpenMLDB expect of every cluster, and the rows they begin with. When
 * they are made is for {@code control} to decide.
 */
package io.holdfast.nameserver.system;
