package io.holdfast.tablet.storage;

import java.util.List;

/**
 * What a scan found.
 *
 * @param entries newest first; of equal times the later written first
 * @param cut whether a limit ended it before the range did
 */
public record ScanResult(List<Entry> entries, boolean cut) {}
