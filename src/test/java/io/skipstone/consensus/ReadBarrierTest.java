package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.BarrierPassed;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReadBarrierTest {
    private final List<CompletableFuture<Outcome>> proposed = new ArrayList<>();
    private final ReadBarrier barrier = new ReadBarrier((_, _) -> {
        var outcome = new CompletableFuture<Outcome>();
        proposed.add(outcome);
        return outcome;
    });

    private void pass(int number) {
        proposed.get(number).complete(new BarrierPassed(new Timestamp(number + 1L)));
    }

    @Test
    void isProposedForTheFirstReadAtOnce() {
        var read = barrier.pass().toCompletableFuture();

        assertThat(proposed).hasSize(1);
        pass(0);
        assertThat(read).isCompleted();
    }

    @Test
    void takesReadsThatComeWhileOneIsOnItsWayIntoTheNextOne() {
        var first = barrier.pass().toCompletableFuture();
        var second = barrier.pass().toCompletableFuture();
        var third = barrier.pass().toCompletableFuture();

        pass(0);
        assertThat(first).isCompleted();
        assertThat(second).isNotCompleted();
        assertThat(proposed).hasSize(2);

        pass(1);
        assertThat(second).isCompleted();
        assertThat(third).isCompleted();
        assertThat(proposed).hasSize(2);
    }

    @Test
    void goesOnAfterOneThatFailed() {
        var failed = barrier.pass().toCompletableFuture();
        var next = barrier.pass().toCompletableFuture();

        proposed.get(0).completeExceptionally(new NotReady("no leader"));
        pass(1);

        assertThat(failed).isCompletedExceptionally();
        assertThat(next).isCompleted();
    }
}
