package io.skipstone.cli.transfer;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of a batch.
 *
 * @param imported records written
 * @param expired records that had expired already, and were passed over
 * @param revision of the store after the last write; 0 when nothing was written
 * @param rejections records that the node refused, one by one
 */
record BatchResult(long imported, long expired, long revision, List<InputItem.Bad> rejections) {
    static final BatchResult NOTHING = new BatchResult(0, 0, 0, List.of());

    BatchResult {
        rejections = List.copyOf(rejections);
    }

    BatchResult plus(BatchResult other) {
        var all = new ArrayList<>(rejections);
        all.addAll(other.rejections);
        return new BatchResult(
                imported + other.imported, expired + other.expired, Math.max(revision, other.revision), all);
    }
}
