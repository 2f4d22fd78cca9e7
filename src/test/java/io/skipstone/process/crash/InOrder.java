package io.skipstone.process.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Bytes;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ReadView.Remembered;
import io.skipstone.store.StateVisitor;
import io.skipstone.store.StoreMeta;
import java.util.Optional;

/** Revisions are dense, and their commit timestamps ascend; nothing is newer than the last commit. */
final class InOrder implements StateVisitor {
    private final StoreMeta meta;
    private Optional<Long> revision = Optional.empty();
    private Timestamp commitTs = Timestamp.NONE;

    InOrder(StoreMeta meta) {
        this.meta = meta;
    }

    @Override
    public void version(Key key, Timestamp writtenAt, Optional<KeyValue> written) {
        assertThat(writtenAt).isLessThanOrEqualTo(meta.lastCommitTs());
    }

    @Override
    public void change(long next, Timestamp at, Key key) {
        if (revision.isPresent() && next == revision.get()) {
            assertThat(at).as("commit timestamp of revision %s", next).isEqualTo(commitTs);
            return;
        }
        revision.ifPresent(before -> assertThat(next).as("revisions are dense").isEqualTo(before + 1));
        assertThat(at).as("commit timestamp of revision %s", next).isGreaterThan(commitTs);
        revision = Optional.of(next);
        commitTs = at;
    }

    @Override
    public void remembered(Bytes idempotencyKey, Remembered outcome) {
        assertThat(outcome.expiresAt()).isGreaterThan(meta.lastCommitTs());
    }

    @Override
    public void lease(GrantedLease lease) {
        assertThat(lease.granted()).isLessThanOrEqualTo(meta.lastCommitTs());
    }

    @Override
    public void leased(long leaseId, Key key) {
        assertThat(leaseId).isPositive();
    }
}
