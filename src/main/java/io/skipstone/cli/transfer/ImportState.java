package io.skipstone.cli.transfer;

/**
 * How far an import has come: everything up to here is durable in the store or was rejected.
 *
 * @param lastNumber number of the last item that is done with; 0 for none
 * @param digest of the items up to there, see {@link InputDigest}
 * @param imported records written
 * @param rejected items that were no record, or that the node refused
 */
record ImportState(long lastNumber, String digest, long imported, long rejected) {
    static ImportState start() {
        return new ImportState(0, new InputDigest().hexSoFar(), 0, 0);
    }

    /** The state after one more batch, the next one in the input. */
    ImportState plus(Batch batch, BatchResult result) {
        return new ImportState(
                batch.lastNumber(),
                batch.digest(),
                imported + result.imported(),
                rejected + batch.badCount() + result.rejections().size());
    }
}
