/**
 * The nameserver's commands as JSON over HTTP, below {@code /api/v1}. A door only: what is asked is
 * answered by the same service that the shell and OpenMLDB's clients call.
 */
package io.holdfast.nameserver.api;
