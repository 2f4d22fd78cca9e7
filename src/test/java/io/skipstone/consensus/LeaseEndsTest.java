package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.consensus.LeaseKeeper.Over;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Timestamp;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseEndsTest {
    private static final long EPOCH = 5;
    private static final long TERM = 3;

    private long nanos;
    private final LeaseKeeper keeper = new LeaseKeeper(() -> nanos);
    private final Map<Long, Long> keys = new HashMap<>();
    private final Map<Long, CompletableFuture<Boolean>> onTheWay = new LinkedHashMap<>();
    private final LeaseEnds ends = new LeaseEnds(keeper, over -> keys.getOrDefault(over.id(), 0L), this::propose);

    private CompletableFuture<Boolean> propose(Over over) {
        var outcome = new CompletableFuture<Boolean>();
        onTheWay.put(over.id(), outcome);
        return outcome;
    }

    /** Leases with ids from 1 whose time is over. */
    private void over(int leases, long keysEach) {
        keeper.begin(EPOCH, TERM);
        for (long id = 1; id <= leases; id++) {
            keeper.add(new GrantedLease(id, 1, new Timestamp(100), 10_000, 0));
            keys.put(id, keysEach);
        }
        for (int looks = 0; looks < 4; looks++) {
            assertThat(keeper.look()).isEmpty();
            nanos += TimeUnit.MILLISECONDS.toNanos(LeaseKeeper.LOOK_EVERY_MILLIS);
        }
    }

    private void look() {
        ends.end(keeper.look());
    }

    private void applyAll() {
        var applied = Map.copyOf(onTheWay);
        onTheWay.clear();
        applied.values().forEach(outcome -> outcome.complete(true));
    }

    @Test
    void goTogetherWhileTheirKeysAreFew() {
        over(100, 10);

        look();

        assertThat(onTheWay).hasSize(100);
    }

    @Test
    void goInPortionsOfAsManyKeysAsOneTransactionIsToDelete() {
        over(10, LeaseEnds.MOST_KEYS / 2);

        look();
        look();
        assertThat(onTheWay).hasSize(2);

        for (int portion = 1; portion < 5; portion++) {
            applyAll();
            assertThat(onTheWay).isEmpty();
            look();
            assertThat(onTheWay).hasSize(2);
        }
        applyAll();
        assertThat(keeper.size()).isZero();
    }

    @Test
    void ofALeaseWithMoreKeysGoesAlone() {
        over(3, LeaseEnds.MOST_KEYS + 1);

        look();

        assertThat(onTheWay).hasSize(1);
    }

    @Test
    void thatFailedMakesRoomAndIsNamedAgain() {
        over(1, LeaseEnds.MOST_KEYS);
        look();

        onTheWay.remove(1L).completeExceptionally(new IllegalStateException("refused"));
        look();

        assertThat(onTheWay).containsOnlyKeys(1L);
    }
}
