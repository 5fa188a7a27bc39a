/** The server that decides who leads: its settings, its start and how its parts are joined. */
package io.holdfast.nameserver;
