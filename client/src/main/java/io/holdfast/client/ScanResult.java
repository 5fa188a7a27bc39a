package io.holdfast.client;

import io.holdfast.client.row.RowPairs;
import java.util.List;

/**
 * Answer of a scan.
 *
 * @param entries newest first
 * @param finished false when a bound on the answer's size cut it short
 * @param version offset of the newest record of the partition that the answer reflects; 0 when
 *     unknown
 */
public record ScanResult(List<RowPairs.Entry> entries, boolean finished, long version) {
  public ScanResult {
    entries = List.copyOf(entries);
  }
}
