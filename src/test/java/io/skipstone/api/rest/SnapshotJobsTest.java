package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.snapshot.ArtifactMaker.Lease;
import io.skipstone.snapshot.ArtifactMaker.Making;
import io.skipstone.snapshot.ArtifactSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SnapshotJobsTest {
    @Test
    void aRequestThatThrowsEndsItsJobAndTakesNoPlaceForEver() {
        var jobs = new SnapshotJobs(source(() -> {
            throw new IllegalStateException("at once");
        }));

        for (int i = 0; i < 2 * SnapshotJobs.MAX_JOBS; i++) {
            assertThat(jobs.start().made()).isCompletedExceptionally();
        }
    }

    @Test
    void moreThanMayBeMadeAtATimeAreRefused() {
        var jobs = new SnapshotJobs(source(CompletableFuture::new));
        for (int i = 0; i < SnapshotJobs.MAX_JOBS; i++) {
            assertThat(jobs.start().made()).isNotDone();
        }

        assertThatThrownBy(jobs::start).isInstanceOf(Overloaded.class);
    }

    private static ArtifactSource source(Supplier<CompletionStage<Lease>> answer) {
        return new ArtifactSource() {
            @Override
            public CompletionStage<Lease> request(Duration maxAge) {
                return answer.get();
            }

            @Override
            public Optional<Lease> lease(String id) {
                return Optional.empty();
            }

            @Override
            public Optional<Making> making() {
                return Optional.empty();
            }
        };
    }
}
