package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ReadView.Remembered;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A fingerprint of everything a store shows: two stores at the same applied index have the same one, or one of them is wrong.
 *
 * <p>Covers every version that a read at the GC floor or later can see, the change log above the floor, the outcomes that are still
 * remembered, the leases with their keys, and revision, last commit timestamp, floor and ceiling. It does not depend on how far the garbage collection has come,
 * nor on how the rows are laid out, nor on which group the store belongs to.
 *
 * @param hex SHA-256, 64 digits
 */
public record StateHash(String hex) {
    /** Changes with what is hashed, so that hashes of different versions never seem to compare. */
    private static final String WHAT = "skipstone state 2";

    /** Reads the whole view once, with no more than a row of it in memory. */
    public static StateHash of(ReadView view) {
        return of(view, _ -> {});
    }

    /**
     * Reads the whole view once, with no more than a row of it in memory.
     *
     * @param progress told after each version, change and outcome how many there were so far
     */
    public static StateHash of(ReadView view, LongConsumer progress) {
        var digest = new Digest(progress);
        StoreMeta meta = view.meta();
        digest.sized(WHAT.getBytes(StandardCharsets.US_ASCII));
        digest.number(meta.revision());
        digest.moment(meta.lastCommitTs());
        digest.moment(meta.gcFloor());
        digest.moment(meta.hlcCeiling());
        view.visit(digest);
        return new StateHash(digest.hex());
    }

    @Override
    public String toString() {
        return hex;
    }

    /** Every piece begins with its kind and every field of variable length with its length: no two states have the same bytes. */
    private static final class Digest implements StateVisitor {
        private static final int DELETE = 1;
        private static final int VERSION = 2;
        private static final int CHANGE = 3;
        private static final int OUTCOME = 4;
        private static final int LEASE = 5;
        private static final int LEASED = 6;

        private final MessageDigest sha256;
        private final ByteBuffer eight = ByteBuffer.allocate(Long.BYTES);
        private final LongConsumer progress;
        private long pieces;

        Digest(LongConsumer progress) {
            this.progress = progress;
            try {
                this.sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new InvariantViolation("this Java has no SHA-256", e);
            }
        }

        @Override
        public void version(Key key, Timestamp commitTs, Optional<KeyValue> written) {
            begin(written.isPresent() ? VERSION : DELETE);
            sized(key.bytes().array());
            moment(commitTs);
            written.ifPresent(version -> {
                number(version.createRevision());
                number(version.modRevision());
                number(version.version());
                moment(version.expiresAt());
                number(version.leaseId());
                sized(version.value().array());
            });
        }

        @Override
        public void change(long revision, Timestamp commitTs, Key key) {
            begin(CHANGE);
            number(revision);
            moment(commitTs);
            sized(key.bytes().array());
        }

        @Override
        public void remembered(Bytes idempotencyKey, Remembered outcome) {
            begin(OUTCOME);
            sized(idempotencyKey.array());
            moment(outcome.expiresAt());
            sized(outcome.fingerprint().array());
            sized(outcome.outcome().array());
        }

        @Override
        public void lease(GrantedLease lease) {
            begin(LEASE);
            number(lease.id());
            number(lease.ttlSeconds());
            moment(lease.granted());
            number(lease.maxKeys());
            number(lease.keys());
        }

        @Override
        public void leased(long leaseId, Key key) {
            begin(LEASED);
            number(leaseId);
            sized(key.bytes().array());
        }

        private void begin(int kind) {
            pieces++;
            progress.accept(pieces);
            number(kind);
        }

        void sized(byte[] bytes) {
            number(bytes.length);
            sha256.update(bytes);
        }

        void moment(Timestamp timestamp) {
            number(timestamp.bits());
        }

        void number(long number) {
            sha256.update(eight.putLong(0, number).array());
        }

        String hex() {
            return HexFormat.of().formatHex(sha256.digest());
        }
    }
}
