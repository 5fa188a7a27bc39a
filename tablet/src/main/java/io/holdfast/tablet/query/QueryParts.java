package io.holdfast.tablet.query;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What all queries of a tablet share.
 *
 * @param worker computes
 * @param timer waits, and does nothing that takes long
 */
record QueryParts(
    RouteCatalog catalog, PartitionCalls calls, Executor worker, ScheduledExecutorService timer) {}
