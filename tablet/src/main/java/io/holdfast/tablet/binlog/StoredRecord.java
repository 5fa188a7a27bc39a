package io.holdfast.tablet.binlog;

import io.holdfast.protocol.model.LogRecord;

/**
 * A record as it stands in a segment.
 *
 * @param record what was logged
 * @param durableBefore highest offset this replica knew to be fsynced when it wrote the record
 * @param prevCrc checksum of the record before, 0 for offset 1
 * @param crc the record's own checksum
 * @param bytes length in the file, all fields included
 */
record StoredRecord(LogRecord record, long durableBefore, int prevCrc, int crc, int bytes) {}
