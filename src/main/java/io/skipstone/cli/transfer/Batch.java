package io.skipstone.cli.transfer;

import java.util.List;

/**
 * Consecutive items of an input whose records are written together, each key at most once.
 *
 * @param records in the order of the input; may be empty when all items were bad
 * @param lastNumber number of the last item, a bad one included
 * @param badCount items that are no records
 * @param digest of the input up to {@code lastNumber}
 */
record Batch(List<ImportRecord> records, long lastNumber, int badCount, String digest) {
    Batch {
        records = List.copyOf(records);
    }
}
