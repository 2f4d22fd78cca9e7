package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.apply.BatchApplier;
import io.skipstone.apply.Queries;
import io.skipstone.clock.HybridClock;
import io.skipstone.model.ColdStart;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.Limits;
import io.skipstone.model.Position;
import io.skipstone.model.ReadAt;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.SnapshotPin;
import io.skipstone.store.SortedMapStore;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Until a point that covers what the store may show. */
class LocalReaderTest {
    private static final Position AT = new Position(1, 10);

    private final AppliedIndex applied = new AppliedIndex(Optional.of(AT));
    private final Queue<ReadPoint> points = new ArrayDeque<>();
    private long term = 1;
    private final LocalReader reader = new LocalReader(
            parts(),
            _ -> CompletableFuture.completedStage(points.remove()),
            applied,
            new Standing() {
                @Override
                public long term() {
                    return term;
                }

                @Override
                public long committed() {
                    return AT.index();
                }

                @Override
                public Vote vote() {
                    return Vote.SHARED;
                }
            },
            Limits.DEFAULT);

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    void readsBehindThePoint() throws Exception {
        points.addAll(List.of(point(1, 9), point(1, 10)));

        read();

        assertThat(points).hasSize(1);
    }

    @Test
    void asksAgainWhenItHasHeardOfALaterTerm() throws Exception {
        points.addAll(List.of(point(1, 9), point(2, 10)));
        term = 2;

        read();

        assertThat(points).isEmpty();
    }

    @Test
    void asksAgainWhenAStoreOfAnotherMemberStandsBehindThePoint() throws Exception {
        points.addAll(List.of(point(1, 9), point(1, 10)));
        applied.mayJumpTo(AT);

        read();

        assertThat(points).isEmpty();
    }

    private void read() throws Exception {
        var answer = reader.get(Key.utf8("key"), ReadAt.LATEST, Consistency.LINEARIZABLE);
        assertThat(answer.toCompletableFuture().get(30, TimeUnit.SECONDS).value())
                .isEmpty();
    }

    private static ReadPoint point(long term, long index) {
        return new ReadPoint(term, index, Timestamp.FIRST);
    }

    private static RaftParts parts() {
        var store = new SortedMapStore();
        var start = new ColdStart(
                ColdStart.Outcome.FRESH,
                "none",
                Optional.empty(),
                -1,
                -1,
                0,
                Timestamp.NONE,
                0,
                1,
                ColdStart.Phases.NONE);
        return new RaftParts(
                new BatchApplier(store),
                new Queries(store),
                new SnapshotPin(store),
                store::collect,
                new HybridClock(System::currentTimeMillis),
                new RecordedHalts(),
                new RecordedEvents(),
                _ -> true,
                start,
                new NoArtifacts(),
                new NoArtifacts());
    }
}
