package io.skipstone.cli.transfer;

/**
 * What an import came to.
 *
 * @param resumedBehind number of the last item that an earlier run had done; 0 when it began at the front
 * @param imported records written, those of earlier runs included
 * @param rejected bad items and refused records, those of earlier runs included
 * @param expired records passed over in this run because they had expired
 * @param writtenNow records written by this run
 * @param revision of the store after this run's last write; 0 when it wrote nothing
 */
public record ImportReport(
        long resumedBehind, long imported, long rejected, long expired, long writtenNow, long revision) {}
