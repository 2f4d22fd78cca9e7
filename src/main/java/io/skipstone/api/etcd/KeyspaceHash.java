package io.skipstone.api.etcd;

import io.skipstone.consensus.Reader;
import io.skipstone.consensus.Reader.Answer;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Limits;
import io.skipstone.model.ReadAt;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.SkipstoneException.Overloaded;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A number for what the keys of this node's store are at one revision: two members that have the same keys, values, revisions, versions and
 * leases there give the same one. It reads them all, page by page, so one is made at a time. Any thread.
 */
@Singleton
class KeyspaceHash {
    private static final int PAGE_ROWS = 1_000;
    private static final long PAGE_BYTES = 1 << 20;

    private final Reader reader;
    private final Limits limits;
    private final AtomicBoolean underWay = new AtomicBoolean();

    @Inject
    KeyspaceHash(Reader reader, Limits limits) {
        this.reader = reader;
        this.limits = limits;
    }

    /**
     * What was found.
     *
     * @param revision of the store that was read
     */
    record Found(int hash, long revision) {}

    /** Fails with {@link Overloaded} while another one is made, and as reads do. */
    CompletionStage<Found> at(ReadAt at) {
        if (underWay.getAndSet(true)) {
            throw new Overloaded("another hash is being made on this node; wait and repeat");
        }
        return from(at).whenComplete((_, _) -> underWay.set(false));
    }

    private CompletionStage<Found> from(ReadAt at) {
        try {
            var digest = new Digest();
            return page(KeyRange.ALL, at)
                    .thenCompose(first -> rest(first, digest).thenApply(hash -> new Found(hash, first.revision())));
        } catch (RuntimeException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    /** Each page is one more stage; a chain of them does not grow a stack, for each read ends on another thread. */
    private CompletionStage<Integer> rest(Answer<ScanPage> page, Digest digest) {
        page.value().rows().forEach(digest::row);
        return page.value()
                .rest()
                .map(rest -> page(rest, new ReadAt.AtMoment(page.moment())).thenCompose(next -> rest(next, digest)))
                .orElseGet(() -> CompletableFuture.completedStage(digest.number()));
    }

    /** Of this node: it is asked for to be compared with those of others. */
    private CompletionStage<Answer<ScanPage>> page(KeyRange range, ReadAt at) {
        int rows = Math.min(PAGE_ROWS, limits.scanRows());
        return reader.scan(
                new ScanQuery(
                        range,
                        Order.ASCENDING,
                        Content.KEYS_AND_VALUES,
                        rows,
                        Math.min(PAGE_BYTES, limits.scanBytes())),
                at,
                Consistency.LOCAL);
    }

    private static final class Digest {
        private final MessageDigest sha256 = EtcdIds.sha256();
        private final ByteBuffer eight = ByteBuffer.allocate(Long.BYTES);

        void row(KeyValue row) {
            sized(row.key().bytes());
            sized(row.value());
            number(row.createRevision());
            number(row.modRevision());
            number(row.version());
            number(row.leaseId());
        }

        private void sized(Bytes bytes) {
            number(bytes.length());
            sha256.update(bytes.array());
        }

        private void number(long number) {
            sha256.update(eight.putLong(0, number).array());
        }

        int number() {
            return ByteBuffer.wrap(sha256.digest()).getInt();
        }
    }
}
