/**
 * The replicated log of a partition on disk: formats, segments, group commit, and the small durable
 * files beside it. The bytes are described in {@code docs/formats/binlog.md} and {@code
 * docs/formats/replica-meta.md}.
 */
package io.holdfast.tablet.binlog;
