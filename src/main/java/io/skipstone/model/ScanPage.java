package io.skipstone.model;

import java.util.List;
import java.util.Optional;

/**
 * The rows of one page, in the order of the scan.
 *
 * @param rest what is left of the range behind this page; empty when the page is the last one. Scanning it at the same
 *     timestamp and in the same order continues without gap or repetition.
 */
public record ScanPage(List<KeyValue> rows, Optional<KeyRange> rest) {
    public ScanPage {
        rows = List.copyOf(rows);
    }
}
