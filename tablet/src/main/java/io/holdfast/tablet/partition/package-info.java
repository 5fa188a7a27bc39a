/**
 * Runs the replicas of a tablet: the loops that own them, and the disk and the engine behind each.
 */
package io.holdfast.tablet.partition;
