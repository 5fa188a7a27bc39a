/** A whole cluster of real processes on one machine, for the quick start and for process tests. */
package io.holdfast.tools.onebox;
